"""Processes of a command, found by a variable of their environment: they may be in sessions of their own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path


class Marked:
    """A command that is started, and all that it starts."""

    VARIABLE = "BENCH_PROCESSES"

    def __init__(self, command, directory, environment):
        mark = str(uuid.uuid4())
        self.mark = f"{self.VARIABLE}={mark}".encode()
        self.output = tempfile.TemporaryFile()
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
        if self.process.returncode != 0:
            self.fail(f"exit status {self.process.returncode}")
        return peak

    def fail(self, what):
        """Ends the benchmark with what the command said."""
        self.kill()
        self.output.seek(0)
        sys.stderr.write(self.output.read().decode(errors="replace"))
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
