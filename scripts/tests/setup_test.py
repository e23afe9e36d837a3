"""Tests of scripts/setup: what it does on machines that have or lack packages, root and sudo. Nothing is installed."""

import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "setup"
ALL = ["libyaml-dev", "libarchive-dev", "libsqlite3-dev", "libpq-dev"]


class Setup(unittest.TestCase):
    def run_setup(self, *more, installed=(), user=0, sudo=None, apt="exit 0", debian=True):
        """Runs it where only these programs are; the result has the lines that apt-get was called with."""
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "log")
            log.touch()
            programs = {
                "id": f"echo {user}",
                "apt-get": f'echo "$DEBIAN_FRONTEND $*" >> {log}\n{apt}',
                **{name: f'echo "{name} $*" >> {log}' for name in ("mkdir", "rm")},
                "tee": f'read -r line && echo "tee $* <- $line" >> {log}',
                "env": 'while case "$1" in *=*) true ;; *) false ;; esac; do export "$1"; shift; done\nexec "$@"',
            }
            if debian:
                cases = "".join(f"*\\ {name}) printf installed ;;\n" for name in installed)
                programs["dpkg-query"] = f'case "$*" in\n{cases}*) exit 1 ;;\nesac'
            if sudo is not None:
                programs["sudo"] = sudo
            for name, text in programs.items():
                path = Path(folder, name)
                path.write_text(f"#!/bin/sh\n{text}\n")
                path.chmod(0o755)
            result = subprocess.run(
                ["/bin/sh", PROGRAM, *more], env={"PATH": folder}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=30, check=False,
            )
            result.calls = log.read_text().splitlines()
        return result

    def test_nothing_is_said_or_done_when_nothing_is_missing(self):
        result = self.run_setup(installed=ALL, user=1000)
        self.assertEqual((result.returncode, result.stdout, result.stderr, result.calls), (0, "", "", []))

    def test_more_packages_can_be_named(self):
        result = self.run_setup("strace", installed=ALL)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(len(result.calls), 1)
        self.assertIn("strace", result.calls[0])

    def test_root_installs_what_is_missing_and_only_that(self):
        result = self.run_setup(installed=["libarchive-dev", "libpq-dev"])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stderr, "setup: installing libyaml-dev libsqlite3-dev\n")
        self.assertEqual(len(result.calls), 1)
        self.assertTrue(result.calls[0].startswith("noninteractive "), result.calls)
        self.assertTrue(result.calls[0].endswith("install -y --no-install-recommends libyaml-dev libsqlite3-dev"))

    def test_the_lists_are_fetched_when_the_packages_are_not_found(self):
        result = self.run_setup(apt='case "$*" in *update*) : > "$0.fetched" ;; *) [ -e "$0.fetched" ] ;; esac')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(["update" in call.split() for call in result.calls], [False, True, False])

    def test_a_server_is_installed_without_a_cluster_of_the_system(self):
        folder = "/etc/postgresql-common/createcluster.d"
        for apt in ("exit 0", "exit 1"):
            result = self.run_setup("postgresql", installed=ALL, apt=apt)
            told, last = result.calls[:2], result.calls[-1]
            self.assertEqual(
                told, [f"mkdir -p {folder}", f"tee {folder}/no-main-cluster.conf <- create_main_cluster = false"])
            self.assertTrue(all("install -y" in call or "update" in call for call in result.calls[2:-1]), result.calls)
            self.assertEqual(last, f"rm -f {folder}/no-main-cluster.conf")

    def test_sudo_that_does_not_ask_is_used(self):
        result = self.run_setup(user=1000, sudo='[ "$2" = true ] || { shift; "$@"; }')
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.calls), 1)

    def test_who_may_not_install_is_told_the_one_command(self):
        for sudo in (None, "exit 1"):
            result = self.run_setup(installed=ALL[1:], user=1000, sudo=sudo)
            self.assertEqual((result.returncode, result.calls), (1, []))
            self.assertIn("    sudo apt-get update && sudo apt-get install -y libyaml-dev\n", result.stderr)

    def test_another_system_is_told_what_the_build_needs(self):
        result = self.run_setup(debian=False)
        self.assertEqual((result.returncode, result.calls), (0, []))
        self.assertIn("libyaml, libarchive, SQLite 3 and libpq", result.stderr)


if __name__ == "__main__":
    unittest.main()
