"""Processes of a command, found by a variable of their environment: they may be in sessions of their own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Use:
    """What a command took. Its own is without what it started; memory is in bytes."""

    seconds: float
    own_processor_time: float
    processor_time: float
    own_memory: int


class Marked:
    """A command that is started, and all that it starts."""

    VARIABLE = "BENCH_PROCESSES"

    def __init__(self, command, directory, environment):
        mark = str(uuid.uuid4())
        self.mark = f"{self.VARIABLE}={mark}".encode()
        self.output = tempfile.TemporaryFile()
        self.begin = time.perf_counter()
        self.process = subprocess.Popen(
            command, cwd=directory, env=environment | {self.VARIABLE: mark},
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT,
        )

    def living(self):
        entries = (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return [entry for entry in entries if self.mark in read(entry / "environ").split(b"\0")]

    def providers(self):
        return [process for process in self.living() if b"terraform-provider-" in read(process / "cmdline")]

    def peak_memory(self):
        """Waits for the end of the command. The most bytes that all of them held at once, by their proportional set
        size: a page that several map counts once. They are looked at every 20 ms."""
        peak = 0
        while self.process.poll() is None:
            peak = max(peak, sum(map(proportional_set_size, self.living())))
            time.sleep(0.02)
        self.expect_success()
        return peak

    def use(self):
        """Waits for the end of the command. What it took is read when it has ended and before it is forgotten, but for
        the memory, which is gone by then: the most that it ever held is looked at every 20 ms."""
        memory = 0
        try:
            while os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
                memory = peak_resident_set_size(self.process.pid) or memory
                time.sleep(0.02)
            seconds = time.perf_counter() - self.begin
            user, system, *of_children = processor_times(self.process.pid)
        finally:
            self.kill()
        self.expect_success()
        return Use(seconds, user + system, user + system + sum(of_children), memory)

    def expect_success(self):
        if self.process.returncode != 0:
            self.fail(f"exit status {self.process.returncode}")

    def text(self):
        """What the command has written."""
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def fail(self, what):
        """Ends the benchmark with what the command said."""
        self.kill()
        sys.stderr.write(self.text())
        sys.exit(f"bench: {what}: {self.process.args}")

    def kill(self):
        """Until none is left: one that is dying may have started another."""
        while living := self.living():
            for process in living:
                try:
                    os.kill(int(process.name), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)
        self.process.wait()


def read(path):
    """Nothing when the process is gone."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def proportional_set_size(process):
    lines = read(process / "smaps_rollup").decode().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def peak_resident_set_size(pid):
    """Nothing when the process has ended."""
    lines = read(Path(f"/proc/{pid}/status")).decode(errors="replace").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), None)


def processor_times(pid):
    """Seconds of the process in its own code and in the kernel, and the same of those that it started and waited for."""
    fields = read(Path(f"/proc/{pid}/stat")).decode(errors="replace").rpartition(")")[2].split()
    return [int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15]]
