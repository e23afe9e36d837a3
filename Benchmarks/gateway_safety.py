"""What the provider gateway loses, leaves behind and changes: nothing."""

import json
import shutil
import signal
import time

from cloud import Cloud
from clusters import SMALLEST, TEMPLATE, Clusters
from measurement import Limit, Measurement, count, eventually, output
from processes import Marked

# Something follows what is made: an apply that was interrupted before its end fails.
MODULE = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

provider "aws" {}

resource "aws_internet_gateway" "this" {}

resource "terraform_data" "after" {
  input = aws_internet_gateway.this.id
}
"""

APPLY = ["terraform", "apply", "-input=false", "-auto-approve"]


class GatewaySafety:
    def __init__(self, bench, existing):
        self.bench = bench
        self.existing = existing
        self.gateway = [bench.stack, "gateway", "--"]

    @property
    def measurements(self):
        def row(key, ours, bare, measure, share):
            return Measurement(key, "gateway", ours, bare, measure, Limit(ours=0), count, share)

        return [
            row("interrupt", "creates lost by one SIGINT each", "the same without gateway", self.interrupt, 4),
            row("left", "providers left by two SIGKILLs", "-", self.left, 0.2),
            row("json", "values of plan JSON that differ", "-", self.json, 0.2),
        ]

    def folder(self, name, cloud):
        """An initialised folder in which an apply makes an internet gateway."""
        folder = self.bench.scratch / name
        folder.mkdir()
        (folder / "main.tf").write_text(MODULE)
        shutil.copy(SMALLEST.folder / ".terraform.lock.hcl", folder)
        output(["terraform", "init", "-input=false"], folder, cloud.environment)
        return folder

    def start(self, command, directory, cloud, action):
        """Starts what asks AWS for something, and returns when that is done and its answer held back."""
        before = len(cloud.actions())
        started = Marked(command, directory, cloud.environment)

        def is_held():
            if started.process.poll() is not None:
                started.fail(f"ended before {action}")
            return any(name == action for _, _, name in cloud.actions()[before:])

        eventually(f"{action} is under way", is_held)
        return started

    def interrupt(self, runs):
        """How many internet gateways exist that no state knows of."""
        action = "CreateInternetGateway"
        cloud = Cloud(self.bench, "slow-cloud", {action: 3})
        ours, bare = self.folder("interrupt", cloud), self.folder("interrupt-bare", cloud)

        def lost(command, folder):
            before = cloud.internet_gateways()
            apply = self.start(command, folder, cloud, action)
            apply.process.send_signal(signal.SIGINT)
            if apply.process.wait() != 1:
                apply.fail("was not interrupted in time")
            state = folder / "terraform.tfstate"
            known = json.loads(state.read_text())["resources"] if state.exists() else []
            state.unlink(missing_ok=True)
            ids = {instance["attributes"]["id"] for resource in known for instance in resource["instances"]}
            made = cloud.internet_gateways() - before
            if len(made) != 1:
                apply.fail(f"made {len(made)} internet gateways")
            return len(made - ids)

        rounds = [(lost(self.gateway + APPLY, ours), lost(APPLY, bare)) for _ in range(runs)]
        return tuple(map(sum, zip(*rounds)))

    def left(self, _):
        """How many providers are there ten seconds after the death of what started them: an apply through the gateway,
        and a plan of a stack."""
        apply_action, plan_action = "CreateInternetGateway", "DescribeAvailabilityZones"
        cloud = Cloud(self.bench, "silent-cloud", {apply_action: 3600, plan_action: 3600})
        clusters = Clusters(self.bench, cloud, "left", module=TEMPLATE)

        def left(command, directory, action):
            started = self.start(command, directory, cloud, action)
            if not started.providers():
                started.fail("has no provider")
            started.process.kill()
            started.process.wait()
            end = time.monotonic() + 10
            while started.providers() and time.monotonic() < end:
                time.sleep(0.02)
            number = len(started.providers())
            started.kill()
            return number

        return (
            left(self.gateway + APPLY, self.folder("left-apply", cloud), apply_action)
            + left(clusters.command("plan", *clusters.names), clusters.root, plan_action)
        ), None

    def json(self, _):
        """Of two plans: one that creates the cluster, and one that finds it as it should be."""
        environment = self.existing.cloud.environment

        def plan(folder, prefix):
            output([*prefix, "terraform", "plan", "-input=false", "-out=plan"], folder, environment)
            return comparable(json.loads(output([*prefix, "terraform", "show", "-json", "plan"], folder, environment)))

        def differences(folder):
            served, stock = plan(folder, self.gateway), plan(folder, [])
            return sum(served.get(path) != stock.get(path) for path in served.keys() | stock.keys())

        folders = (self.existing.stacks.initialised(with_state=with_state) for with_state in (False, True))
        return sum(map(differences, folders)), None


def comparable(plan):
    """The values of a plan by their paths, without what differs between two plans of the same."""
    del plan["timestamp"]
    plan.get("relevant_attributes", []).sort(key=json.dumps)
    return dict(leaves(plan))


def leaves(value, path=()):
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if members:
        for key, member in members:
            yield from leaves(member, (*path, key))
    else:
        yield path, json.dumps(value)
