"""Tests of scripts/check-imports: a good tree passes, each way of being bad fails with its place."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "check-imports"
TABLE = """# Modules

| module | responsibility | may import |
| --- | --- | --- |
| `stack` | main | Commands (UnixSignals) |
| `Commands` | commands | Plans, Terminal (ArgumentParser) |
| `Plans` | plans | JSON |
| `Terminal` | streams | - |
| `JSON` | a value | - |
| `Diagnostics` | errors | - |
"""


class CheckImports(unittest.TestCase):
    def findings(self, table=TABLE, package=None, **files):
        """What the check says about a tree in which each module holds the given Swift text."""
        modules = {name: "" for name in ("stack", "Commands", "Plans", "Terminal", "JSON", "Diagnostics")} | files
        with tempfile.TemporaryDirectory() as root:
            sources = Path(root, "Sources")
            for module, text in modules.items():
                (sources / module / "Folder").mkdir(parents=True)
                (sources / module / "Folder" / "File.swift").write_text(text)
            (sources / "README.md").write_text(table)
            arguments = [sys.executable, PROGRAM, root] + ([] if package is None else ["--package", "-"])
            result = subprocess.run(
                arguments, input=json.dumps(package), capture_output=True, text=True, check=False
            )
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 1 if result.stdout else 0)
        return result.stdout.splitlines()

    def assert_finding(self, place, words, **arguments):
        findings = self.findings(**arguments)
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(f"{place}: error: "), findings[0])
        self.assertIn(words, findings[0])

    def test_a_good_tree_passes(self):
        self.assertEqual(
            self.findings(
                stack="import Commands\nimport UnixSignals\n",
                Commands="package import Plans\nimport Terminal\ninternal import struct ArgumentParser.Flag\n",
                Plans="@_exported import JSON\nimport Diagnostics\nimport SystemPackage\nimport FoundationEssentials\n"
                + "// import Terminal\n/* print() /* import X */ import Y */\n"
                + 'let text = "print()"\nlet raw = #"a " print() \\"#\nlet long = """\n  import Z\n  print()\n  """\n'
                + 'let inner = "\\(a["("] ?? "print(") and print()"\n'
                + "func print() {}\nfunc footprint() {}\nlet a = value.print()\nfootprint()\n",
            ),
            [],
        )

    def test_an_import_that_the_row_does_not_name(self):
        self.assert_finding("Sources/Plans/Folder/File.swift:2", "may not import `Other`", Plans="\nimport Other\n")
        self.assert_finding("Sources/JSON/Folder/File.swift:1", "may not import `Plans`", JSON="package import Plans\n")

    def test_a_library_of_another_module(self):
        self.assert_finding(
            "Sources/Plans/Folder/File.swift:1", "only in `Commands`", Plans="import ArgumentParser\n"
        )

    def test_terminal_is_for_commands(self):
        self.assert_finding("Sources/Plans/Folder/File.swift:1", "`Terminal`", Plans="import Terminal\n")
        table = TABLE.replace("plans | JSON", "plans | Terminal, JSON")
        self.assert_finding("Sources/README.md:7", "only commands print", table=table)

    def test_foundation(self):
        self.assert_finding("Sources/Plans/Folder/File.swift:1", "FoundationEssentials", Plans="import Foundation\n")

    def test_printing(self):
        self.assert_finding("Sources/Plans/Folder/File.swift:3", "`print`", Plans='/*\n*/\n  print("a")\n')
        self.assert_finding("Sources/stack/Folder/File.swift:1", "`print`", stack='if a { Swift.print("a") }\n')
        self.assert_finding("Sources/Plans/Folder/File.swift:2", "`print`", Plans='let a = "\\(b["x"])"\nprint(a)\n')
        self.assert_finding("Sources/JSON/Folder/File.swift:1", "`debugPrint`", JSON="debugPrint(1)\n")

    def test_the_table_and_the_folders_agree(self):
        self.assert_finding("Sources/README.md:1", "`Extra` has no row", Extra="")
        table = TABLE + "| `Missing` | nothing | - |\n"
        self.assert_finding("Sources/README.md:11", "no module `Missing`", table=table)

    def test_the_table_points_down(self):
        table = TABLE.replace("a value | -", "a value | Plans")
        self.assert_finding("Sources/README.md:9", "does not stand below", table=table)

    def test_a_library_may_have_two_owners(self):
        table = TABLE.replace("plans | JSON", "plans | JSON (ArgumentParser)")
        self.assertEqual(self.findings(table=table, Plans="import ArgumentParser\n"), [])
        self.assert_finding(
            "Sources/JSON/Folder/File.swift:1", "only in `Commands`, `Plans`", table=table, JSON="import ArgumentParser\n"
        )

    def test_the_table_and_the_package_agree(self):
        def package(*plans):
            def target(name, *modules, product=None):
                dependencies = [{"byName": [module, None]} for module in modules]
                dependencies += [{"product": [product, "a-package", None, None]}] if product else []
                return {"name": name, "type": "regular", "dependencies": dependencies}

            return {
                "targets": [
                    target("stack", "Commands", "Diagnostics", product="UnixSignals"),
                    target("Commands", "Plans", "Terminal", product="ArgumentParser"),
                    target("Plans", *plans, product="SystemPackage"),
                    target("PlansTests", "Plans", "Terminal"),
                ]
            }

        self.assertEqual(self.findings(package=package("JSON")), [])
        self.assert_finding("Sources/README.md:7", "only this row lets `Plans` import `JSON`", package=package())
        self.assert_finding(
            "Sources/README.md:7", "only Package.swift lets `Plans` import `Terminal`",
            package=package("JSON", "Terminal"),
        )


if __name__ == "__main__":
    unittest.main()
