"""One graph of stacks in the forms of those who plan it: a project of `stack`, folders for bare Terraform, and a
configuration for stack2tf."""

from projects import write_project

DEPTH = 10

# The output is known before anything is applied: what takes it can be planned with its real value.
MODULE = """\
variable "name" { type = string }

variable "upstream" {
  type    = string
  default = ""
}

resource "terraform_data" "this" {
  input = "${var.name} above ${var.upstream}"
}

output "label" { value = "label of ${var.name}" }
"""

DEFINITION = """\
apiVersion: stacks.fleet/v1alpha1
kind: InfrastructureStack
metadata: {{name: {name}}}
spec:
  path: module
  variables: {{name: {name}}}
"""

INPUT = """\
  inputs:
  - {{variable: upstream, from: {{stack: {upstream}, output: label}}}}
"""

COMPONENT = """\
component "{name}" {{
  source = "./module"
  inputs = {{
    name     = "{name}"
    upstream = {upstream}
  }}
}}
"""


class Graph:
    """So many stacks in ten levels; each takes an output of one of the level above."""

    def __init__(self, count):
        self.count = count
        self.width = count // DEPTH
        self.names = [f"s{index:04}" for index in range(count)]
        self.levels = [self.names[start:start + self.width] for start in range(0, count, self.width)]
        self.upstream = dict(zip(self.names[self.width:], self.names))

    def write_project(self, root):
        write_project(root, {
            name: DEFINITION.format(name=name)
            + (INPUT.format(upstream=self.upstream[name]) if name in self.upstream else "")
            for name in self.names
        })
        write_module(root / "module")

    def write_folders(self, root):
        """Folders that are initialised as they are (Terraform's built-in resources need nothing), with the values of
        the level above as if a script had brought them there."""
        for name in self.names:
            write_module(root / name)
            label = f"label of {self.upstream[name]}" if name in self.upstream else ""
            (root / name / "terraform.tfvars").write_text(f'name = "{name}"\nupstream = "{label}"\n')

    def write_components(self, root):
        write_module(root / "module")
        (root / "components.tfcomponent.hcl").write_text("".join(
            COMPONENT.format(
                name=name, upstream=f"component.{self.upstream[name]}.label" if name in self.upstream else '""')
            for name in self.names
        ))
        (root / "providers.tfcomponent.hcl").write_text("")
        (root / "bench.tfdeploy.hcl").write_text('deployment "bench" {\n  inputs = {}\n}\n')

    def is_planned_in(self, text):
        """Whether every stack below the first level was planned with the label of the one above it."""
        return all(f'"{name} above label of {upstream}"' in text for name, upstream in self.upstream.items())


def write_module(folder):
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(MODULE)
