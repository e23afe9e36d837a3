"""What many stacks cost that take outputs of each other: a graph of ten levels, planned as a whole."""

import functools
import os
import shutil
import statistics
import sys
from dataclasses import dataclass

from graph import Graph
from measurement import Limit, Measurement, alternate, duration, megabytes, output
from processes import Marked, Use
from projects import PLAN_AND_SHOW, in_each

SMALL, LARGE = 100, 1000
CORES = str(os.cpu_count())
PEER = "stack2tf==0.3.0"


@dataclass(frozen=True)
class Round:
    """The large graph, and small ones before and after it, so that a machine that slows down slows both; then the large
    one with bare commands."""

    small: list[Use]
    large: Use
    bare_seconds: float


class Scale:
    def __init__(self, bench):
        self.stack = bench.stack
        self.scratch = bench.scratch
        self.rounds = []
        # Of all alike. Terraform asks nobody whether there is a newer one: `stack` lets it not.
        self.environment = os.environ | {"CHECKPOINT_DISABLE": "1"}

    @property
    def measurements(self):
        def row(key, ours, bare, measure, limit=Limit(), unit=duration, share=0.2):
            return Measurement(key, "scale", ours, bare, measure, limit, unit, share)

        small, large = (f"plan --all of {count:,}, depth 10" for count in (SMALL, LARGE))
        return [
            row("scale_stack", f"a stack of {LARGE:,}, depth 10", f"a stack of {SMALL}", self.time_of_a_stack,
                Limit(ratio=1.10)),
            row("scale_xargs", large, f"xargs -P{CORES}: plan, show", self.beside_bare),
            row("scale_processor", "processor time of stack itself", "with Terraform's", self.processor_time,
                Limit(ratio=0.15)),
            row("scale_memory", "peak memory of stack itself", "-", self.memory, Limit(ours=300e6), megabytes),
            row("scale_peer", small, "stack2tf plan", self.beside_peer, share=0.6),
            row("scale_peer_large", large, "stack2tf plan", self.beside_peer_large),
        ]

    def time_of_a_stack(self, runs):
        return alternate(
            lambda run: self.round(run).large.seconds / LARGE,
            lambda run: statistics.mean(use.seconds for use in self.round(run).small) / SMALL,
            runs,
        )

    def beside_bare(self, runs):
        return alternate(lambda run: self.round(run).large.seconds, lambda run: self.round(run).bare_seconds, runs)

    def processor_time(self, runs):
        return alternate(
            lambda run: self.round(run).large.own_processor_time, lambda run: self.round(run).large.processor_time,
            runs)

    def memory(self, runs):
        return statistics.median(self.round(run).large.own_memory for run in range(runs)), None

    def beside_peer(self, runs):
        return alternate(lambda _: self.planned(SMALL).seconds, lambda _: self.planned_by_peer(SMALL).seconds, runs)

    def beside_peer_large(self, runs):
        return alternate(
            lambda run: self.round(run).large.seconds, lambda _: self.planned_by_peer(LARGE).seconds, runs)

    def round(self, run):
        """Made once, for all rows that are about it."""
        while len(self.rounds) <= run:
            before = [self.planned(SMALL) for _ in range(2)]
            large = self.planned(LARGE)
            after = [self.planned(SMALL) for _ in range(2)]
            self.rounds.append(Round(before + after, large, self.bare_seconds(LARGE)))
        return self.rounds[run]

    def planned(self, count):
        graph = Graph(count)
        return self.use([self.stack, "plan", "--all"], graph.write_project, graph.is_planned_in)

    def planned_by_peer(self, count):
        graph = Graph(count)
        return self.use([self.peer, "plan", "--parallelism", CORES], graph.write_components, graph.is_planned_in)

    def bare_seconds(self, count):
        """Level by level: in a level nothing needs another."""
        graph = Graph(count)
        return self.use(in_each(*graph.levels, script=PLAN_AND_SHOW), graph.write_folders).seconds

    def use(self, command, write, is_right=lambda _: True):
        """What the command takes in a new folder."""
        root = self.scratch / "scale"
        write(root)
        started = Marked(command, root, self.environment)
        use = started.use()
        if not is_right(started.text()):
            started.fail("has not planned every stack with the output of the one above it")
        shutil.rmtree(root)
        return use

    @functools.cached_property
    def peer(self):
        """Of a virtual environment of its own."""
        environment = self.scratch / "stack2tf"
        output([sys.executable, "-m", "venv", environment], self.scratch)
        output([environment / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", PEER], self.scratch)
        return environment / "bin" / "stack2tf"
