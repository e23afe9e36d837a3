"""EKS stacks: of the smallest module that makes a cluster with nodes, or of the template that ships."""

import functools
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from cloud import REGION, SCRIPTS, Cloud
from measurement import output
from projects import write_project

DEFINITION = """\
apiVersion: stacks.fleet/v1alpha1
kind: InfrastructureStack
metadata: {{name: {name}}}
spec:
  {source}
  variables: {{name: {name}, region: {region}}}
"""


@dataclass(frozen=True)
class Module:
    folder: Path
    # How a stack names it, and where in a project it lies then.
    source: str
    place: str
    # Variables that a stack has beside those of its definition.
    more: dict


SMALLEST = Module(Path(__file__).parent / "eks", "path: eks", "eks", {})
TEMPLATE = Module(
    SCRIPTS.parent / "templates" / "eks-cluster" / "1.0.0", "template: {name: eks-cluster, version: ~> 1.0}",
    "templates/eks-cluster", {"tags": {"managed-by": "stack"}})


class Clusters:
    """So many EKS stacks of a project, and folders with the same module, variables and state for bare Terraform."""

    def __init__(self, bench, cloud, name, count=1, module=SMALLEST):
        self.module = module
        self.stack = bench.stack
        self.cloud = cloud
        self.names = [f"{name}-{index:02}" for index in range(count)]
        self.root = bench.scratch / name
        self.folders = bench.scratch / f"{name}-bare"
        write_project(
            self.root,
            {name: DEFINITION.format(name=name, region=REGION, source=module.source) for name in self.names})
        shutil.copytree(module.folder, self.root / module.place)

    def command(self, *arguments):
        return [self.stack, *arguments]

    def run(self, *arguments):
        return output(self.command(*arguments), self.root, self.cloud.environment)

    def create(self):
        """Makes the clusters, so that the states hold them. Several at once: nearly all of it is waiting for AWS."""
        self.run("apply", "--all", "--new", "--auto-approve", "--parallelism", "5")
        return self

    def bare(self, name=None, with_state=True):
        """A new folder in which nothing is initialised, as it is in a job of a CI system."""
        name = name or self.names[0]
        folder = self.folders / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.module.folder, folder)
        variables = {"name": name, "region": REGION} | self.module.more
        (folder / "terraform.tfvars.json").write_text(json.dumps(variables))
        if with_state:
            (folder / "terraform.tfstate").write_text(self.run("state", "pull", name))
        return folder

    def initialised(self, with_state=True):
        folder = self.bare(with_state=with_state)
        output(["terraform", "init", "-input=false"], folder, self.cloud.environment)
        return folder


class ExistingCluster:
    """A cloud with one cluster that is there, for all that changes nothing of it; made when it is first asked for."""

    def __init__(self, bench):
        self.bench = bench

    @functools.cached_property
    def cloud(self):
        return Cloud(self.bench, "cloud")

    @functools.cached_property
    def stacks(self):
        return self.planned("eks", SMALLEST)

    @functools.cached_property
    def of_template(self):
        return self.planned("template", TEMPLATE)

    def planned(self, name, module):
        """Planned once, so that every cache is filled."""
        clusters = Clusters(self.bench, self.cloud, name, module=module).create()
        clusters.run("plan", *clusters.names)
        return clusters
