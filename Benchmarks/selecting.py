"""What it takes to find the stacks that a change reaches, in a project of many."""

import sys

from measurement import Limit, Measurement, alternate, duration, output, seconds
from projects import write_project

STACKS, BASES, TEMPLATES = 2000, 50, 10
EDITED = range(0, 1800, 100)
# Those, what extends a base, and what uses a template.
CHANGED_STACKS = len({
    index for index in range(STACKS) if index in EDITED or index % BASES == 3 or index % BASES % TEMPLATES == 7
})

TEMPLATE = """\
apiVersion: stacks.fleet/v1alpha1
kind: StackTemplate
metadata: {{name: template-{index}}}
spec:
  version: 1.0.0
  parameters:
  - {{name: name, type: STRING}}
  - {{name: region, type: STRING}}
  - {{name: size, type: INT, default: 3}}
"""

MODULE = """\
variable "name" { type = string }
variable "region" { type = string }
variable "size" { type = number }

resource "terraform_data" "app" {
  input = "${var.name} ${var.region} ${var.size}"
}
"""

BASE = """\
apiVersion: stacks.fleet/v1alpha1
kind: InfrastructureStack
metadata:
  labels: {{env: env-{index}}}
spec:
  template: {{name: template-{template}, version: ~> 1.0}}
  variables:
    region: region-{index}
"""

STACK = """\
apiVersion: stacks.fleet/v1alpha1
kind: InfrastructureStack
metadata:
  name: stack-{index:04}
  labels: {{team: team-{team}}}
spec:
  extends: [../bases/base-{base}.yaml]
  variables:
    name: stack-{index:04}
    size: {size}
  approval: true
"""


def git(*arguments):
    return ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", *arguments]


def make_fleet(root):
    """A committed project; 20 of its files are changed since: 18 definitions, a base and a template's module."""
    stacks = {
        f"stack-{index:04}": STACK.format(index=index, team=index % 7, base=index % BASES, size=index % 9)
        for index in range(STACKS)
    }
    write_project(root, stacks)
    (root / "bases").mkdir()
    for index in range(BASES):
        text = BASE.format(index=index, template=index % TEMPLATES)
        (root / "bases" / f"base-{index}.yaml").write_text(text)
    for index in range(TEMPLATES):
        folder = root / "templates" / f"template-{index}"
        folder.mkdir(parents=True)
        (folder / "template.yaml").write_text(TEMPLATE.format(index=index))
        (folder / "main.tf").write_text(MODULE)
    output(git("init", "--quiet", "--initial-branch=main"), root)
    output(git("add", "--all"), root)
    output(git("commit", "--quiet", "--message=begin"), root)
    for index in EDITED:
        append(root / "stacks" / f"stack-{index:04}.yaml", "  protect: true\n")
    base = root / "bases" / "base-3.yaml"
    base.write_text(base.read_text().replace("region-3", "elsewhere"))
    append(root / "templates" / "template-7" / "main.tf", "# changed\n")
    return root


def append(path, text):
    path.write_text(path.read_text() + text)


class Selecting:
    def __init__(self, bench):
        self.stack = bench.stack
        self.scratch = bench.scratch

    @property
    def measurements(self):
        return [
            Measurement(
                "list_changed", "selecting", "list --changed of 2,000 stacks", "git diff --name-only",
                self.list_changed, Limit(ours=0.5), duration, 3),
        ]

    def list_changed(self, runs):
        root = make_fleet(self.scratch / "fleet")
        ours = [self.stack, "list", "--changed", "-o", "name"]
        found = len(output(ours, root).split())
        if found != CHANGED_STACKS:
            sys.exit(f"bench: {found} stacks are listed as changed, not {CHANGED_STACKS}")
        return alternate(
            lambda _: seconds(ours, root), lambda _: seconds(["git", "diff", "--name-only", "HEAD"], root), runs)

