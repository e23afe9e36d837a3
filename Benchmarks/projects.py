"""Projects of `stack`, and what a person would do with bare Terraform instead."""

import os

PROJECT = "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nmetadata: {name: bench}\n"

INIT = "terraform init -input=false >/dev/null"
PLAN = "terraform plan -input=false -out=plan >/dev/null"
SHOW = "terraform show -json plan >/dev/null"
PLAN_AND_SHOW = f"{PLAN} && {SHOW}"
INIT_PLAN_AND_SHOW = f"{INIT} && {PLAN_AND_SHOW}"


def write_project(root, definitions):
    """A project with these definitions, by the names of their stacks."""
    (root / "stacks").mkdir(parents=True)
    (root / "stack.yaml").write_text(PROJECT)
    for name, definition in definitions.items():
        (root / "stacks" / f"{name}.yaml").write_text(definition)


def shell(script):
    return ["sh", "-c", script]


def in_each(*levels, script):
    """Runs the script in the folder of each name of a level, as many at once as there are cores; level after level."""
    return shell(" && ".join(
        f"printf '%s\\n' {' '.join(names)} | xargs -P{os.cpu_count()} -I% sh -c 'cd % && {script}'" for names in levels
    ))
