"""What a measurement is, and how two things are timed beside each other."""

import shlex
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Callable


@dataclass(frozen=True)
class Bench:
    """What every measurement needs: the program, a folder to work in, and what is to be ended when all is measured."""

    stack: Path
    scratch: Path
    at_end: ExitStack


@dataclass(frozen=True)
class Limit:
    """At most so much of ours, or of its ratio to the bare command; none of both where it is only told. An aim is told of
    as well, and fails nothing."""

    ours: float | None = None
    ratio: float | None = None
    is_aim: bool = False

    def is_met(self, ours, bare):
        if self.ours is not None:
            return ours <= self.ours
        return self.ratio is None or ours / bare <= self.ratio

    def verdict(self, ours, bare, unit):
        if self.ours is None and self.ratio is None:
            return "-"
        limit = unit(self.ours) if self.ours is not None else f"ratio {ratio(self.ratio)}"
        if self.is_met(ours, bare):
            word = "met"
        else:
            word = "not met" if self.is_aim else "MISSED"
        return f"{'aim: ' if self.is_aim else ''}{limit}: {word}"


@dataclass(frozen=True)
class Measurement:
    """A row of the table.

    `measure` takes the number of runs and returns what came of ours and of the bare command, which is None where there
    is none. `share` is how many runs are made for each that is asked for: more of what is so short that single runs are
    noise, fewer of what takes a minute.
    """

    key: str
    group: str
    ours: str
    bare: str
    measure: Callable[[int], tuple[float, float | None]]
    limit: Limit
    unit: Callable[[float], str]
    share: float = 1

    def runs(self, asked_for):
        return max(1, round(asked_for * self.share))


def duration(value):
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def megabytes(value):
    return f"{value / 1e6:.0f} MB"


def count(value):
    return f"{value:.0f}"


def ratio(value):
    return f"{value:.3g}" if value >= 0.5 else f"1/{1 / value:.3g}" if value > 0 else "0"


def alternate(ours, bare, runs):
    """Medians of two functions that each take the number of the run and return a number. They take turns, so that a
    machine that slows down slows both."""
    return medians([(ours(run), bare(run)) for run in range(runs)])


def medians(rows):
    return tuple(statistics.median(column) for column in zip(*rows))


def seconds(command, directory, environment=None):
    """How long the command takes; a command that fails ends the benchmark with what it said."""
    start = time.perf_counter()
    output(command, directory, environment)
    return time.perf_counter() - start


def output(command, directory, environment=None):
    """What the command writes to standard output; one that fails ends the benchmark with what it said."""
    result = subprocess.run(
        command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if result.returncode != 0:
        sys.stderr.write((result.stdout + result.stderr).decode(errors="replace"))
        sys.exit(f"bench: exit status {result.returncode}: {shlex.join(map(str, command))}")
    return result.stdout.decode()


def eventually(what, condition, within=60):
    """Waits until the condition holds, and returns what it gave; when it never does, the benchmark ends."""
    end = time.monotonic() + within
    while not (value := condition()):
        if time.monotonic() > end:
            sys.exit(f"bench: {what}: not within {within} seconds")
        time.sleep(0.02)
    return value
