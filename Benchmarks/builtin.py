"""What `stack` itself takes: its start, its reading, and plans of a module with Terraform's built-in resources only."""

import os
import shutil

from measurement import Limit, Measurement, alternate, duration, seconds
from projects import INIT_PLAN_AND_SHOW, PLAN_AND_SHOW, in_each, shell, write_project

MODULE = """\
variable "name" { type = string }

variable "node_count" {
  type    = number
  default = 3
}

resource "terraform_data" "network" {
  input = { name = var.name, cidr = "10.0.0.0/16" }
}

resource "terraform_data" "node" {
  count = var.node_count
  input = { name = "${var.name}-${count.index}", network = terraform_data.network.id }
}

output "cluster_name" { value = var.name }
"""

DEFINITION = """\
apiVersion: stacks.fleet/v1alpha1
kind: InfrastructureStack
metadata:
  name: {name}
  labels: {{env: bench}}
spec:
  path: module
  variables:
    name: {name}
    node_count: 3
"""


def stack_name(index):
    return f"bench-{index:04}"


def make_project(root, count):
    """A project whose stacks all use one module."""
    names = [stack_name(index) for index in range(count)]
    write_project(root, {name: DEFINITION.format(name=name) for name in names})
    (root / "module").mkdir()
    (root / "module" / "main.tf").write_text(MODULE)
    return root


def make_workspace(root, name):
    """The directory in which a person would run terraform by hand."""
    root.mkdir(parents=True)
    (root / "main.tf").write_text(MODULE)
    (root / "terraform.tfvars").write_text(f'name = "{name}"\n')
    return root


class Builtin:
    def __init__(self, bench):
        self.stack = bench.stack
        self.scratch = bench.scratch

    @property
    def measurements(self):
        def row(key, ours, bare, measure, limit, share=1.0):
            return Measurement(key, "builtin", ours, bare, measure, limit, duration, share)

        return [
            row("start", "stack --version", "/bin/true", self.start, Limit(ours=0.030), share=5),
            row("validate", "validate of 1,000 definitions", "cat of them", self.validate, Limit(ours=1)),
            row("plan", "plan of one initialised stack", "plan -out, show -json", self.plan, Limit(ratio=1.5), share=3),
            row("plan_all", "plan --all of 50 new stacks", f"xargs -P{os.cpu_count()}: init, plan, show",
                self.plan_all, Limit(ratio=1)),
        ]

    def start(self, runs):
        return alternate(
            lambda _: seconds([self.stack, "--version"], self.scratch),
            lambda _: seconds(["/bin/true"], self.scratch),
            runs,
        )

    def validate(self, runs):
        root = make_project(self.scratch / "validate", 1000)
        files = sorted(str(path) for path in (root / "stacks").iterdir())
        return alternate(
            lambda _: seconds([self.stack, "validate"], root), lambda _: seconds(["cat", *files], root), runs
        )

    def plan(self, runs):
        root = make_project(self.scratch / "plan", 1)
        bare = make_workspace(self.scratch / "plan-bare", stack_name(0))
        seconds(["terraform", "init", "-input=false"], bare)
        ours = [self.stack, "plan", stack_name(0)]
        # The first plan initialises; the measurement is of those that follow.
        seconds(ours, root)
        return alternate(lambda _: seconds(ours, root), lambda _: seconds(shell(PLAN_AND_SHOW), bare), runs)

    def plan_all(self, runs):
        def ours(run):
            root = make_project(self.scratch / f"all-{run}", 50)
            try:
                return seconds([self.stack, "plan", "--all"], root)
            finally:
                shutil.rmtree(root)

        def bare(run):
            root = self.scratch / f"all-bare-{run}"
            names = [stack_name(index) for index in range(50)]
            for name in names:
                make_workspace(root / name, name)
            try:
                return seconds(in_each(names, script=INIT_PLAN_AND_SHOW), root)
            finally:
                shutil.rmtree(root)

        return alternate(ours, bare, runs)
