"""What a shared PostgreSQL costs beside the SQLite of one machine. The server writes every commit to the disk, as SQLite
does, and is on this machine: what a network adds is not in it."""

import base64
import json
import statistics
import subprocess
import threading
import time
from pathlib import Path

from builtin import stack_name
from measurement import Limit, Measurement, output
from projects import write_project

REPOSITORY = Path(__file__).resolve().parent.parent

# Every plan has something to do.
MODULE = 'resource "terraform_data" "this" { input = plantimestamp() }\n'

DEFINITION = """\
apiVersion: stacks.fleet/v1alpha1
kind: InfrastructureStack
metadata: {{name: {name}}}
spec: {{path: module}}
"""

MOST_PROCESSES = 20
SECONDS = 15


class SharedDatabase:
    def __init__(self, bench):
        self.bench = bench
        self.server = None
        self.times = {}

    @property
    def measurements(self):
        def row(key, ours, measure, unit):
            return Measurement(key, "database", ours, "the same in SQLite", measure, Limit(), unit, 0.2)

        rows = [
            row(f"{key}_{name}", f"{what}, {name}", self.transaction(key, share), milliseconds)
            for key, what in [("stateWrite", "state written to PostgreSQL"), ("lock", "lock taken, released")]
            for name, share in [("p50", 50), ("p99", 99)]
        ]
        return rows + [
            row(f"runs_{count}", f"runs a minute, {count} process{'es' if count > 1 else ''}",
                lambda _, count=count: self.runs(count), lambda value: f"{value:.0f}")
            for count in (1, 5, MOST_PROCESSES)
        ]

    def url(self):
        """A server of its own, until the benchmark ends."""
        if self.server is None:
            self.server = subprocess.Popen(
                [REPOSITORY / "scripts" / "temporary-postgres", "--durable"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            self.bench.at_end.callback(self.end)
            self.address = self.server.stdout.readline().strip()
        return self.address

    def end(self):
        self.server.stdin.close()
        self.server.wait(timeout=60)

    def transaction(self, key, share):
        def measure(_):
            return tuple(percentile(self.transactions(place)[key], share) for place in self.places())

        return measure

    def places(self):
        return self.url(), str(self.bench.scratch / "records-speed.db")

    def transactions(self, place):
        if place not in self.times:
            program = self.bench.stack.parent / "records-speed"
            self.times[place] = json.loads(output([program, place, "500"], self.bench.scratch))
        return self.times[place]

    def runs(self, count):
        return tuple(self.runs_a_minute(place, count) for place in (self.url(), None))

    def runs_a_minute(self, url, count):
        """How many applies so many processes make at once, each of stacks of its own; with a server each has a data
        folder of its own, as on machines of their own."""
        root = self.bench.scratch / f"runs-{'shared' if url else 'own'}-{count}"
        names = [stack_name(index) for index in range(count)]
        write_project(root, {name: DEFINITION.format(name=name) for name in names})
        (root / "module").mkdir()
        (root / "module" / "main.tf").write_text(MODULE)
        key = base64.b64encode(bytes(range(32))).decode()

        def environment(index):
            own = {"STACK_ENCRYPTION_KEY": key}
            if url:
                own |= {"STACK_DATABASE_URL": url, "STACK_DATA_DIR": str(root / f"data-{index}")}
            return own

        def apply(index):
            command = ["env", *(f"{name}={value}" for name, value in environment(index).items()),
                       self.bench.stack, "apply", names[index], "--new", "--auto-approve", "-q"]
            output(command, root)

        for index in range(count):
            apply(index)
        done = [0] * count
        deadline = time.monotonic() + SECONDS

        def work(index):
            while time.monotonic() < deadline:
                apply(index)
                done[index] += 1

        begin = time.monotonic()
        threads = [threading.Thread(target=work, args=(index,)) for index in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.monotonic() - begin) * 60


def milliseconds(value):
    return f"{value * 1000:.2f} ms"


def percentile(values, share):
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]
