import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// What exists already is read into a stack's state.
@Suite struct StateImportTests {
    /// A stack that was planned and never applied. Its Terraform stands still before an import until the gate opens, where
    /// a file `armed` says so.
    private func write(_ project: TestProject) async throws {
        try project.write(
            """
            variable "owner" {
              type      = string
              sensitive = true
            }

            resource "terraform_data" "item" {
              for_each = toset(["a b", "it's"])
            }

            resource "terraform_data" "one" {}

            output "ids" {
              value = [for item in terraform_data.item : item.id]
            }

            """, to: "modules/app/main.tf")
        try project.writeStack("dev", spec: "variables: {owner: the-secret-owner}")
        try project.wrapTerraform(
            """
            if test "$1" = import && test -e \(armed(project)); then
              trap 'exit 1' TERM
              touch \(project.gate()).reached
              until test -e \(project.gate()); do sleep 0.05; done
            fi
            """)
        let planned = try await project.stack("plan", "dev", "-q")
        try #require(planned.exitCode == 0, "\(planned.description)")
    }

    private func armed(_ project: TestProject) -> String { "\(project.scratch)/armed" }

    /// - Returns: an import that has begun and stands still.
    private func held(_ project: TestProject) async throws -> RunningProcess {
        try project.write("", to: armed(project))
        let importing = try project.start("state", "import", "dev", "terraform_data.one", "first", "--new")
        try await project.waitForGate()
        return importing
    }

    /// Nothing came in, and nothing is left behind.
    private func expectNothing(of run: String, in project: TestProject) async throws {
        #expect(try await project.versions().count == 1)
        #expect(try await project.addresses(of: "dev") == [])
        #expect(try await project.stack("state", "locks", "-o", "name").stdout == "")
        #expect(project.files(below: ".stack/workspaces").filter { $0 != "lock" && !$0.hasSuffix("/lock") } == [])
        #expect(processes(withEnvironment: "STACK_RUN_ID", value: run) == [])
    }

    @Test func `an object is known under its address from then on, and the next plan wants nothing for it`()
        async throws
    {
        try await withProject { project in
            try await write(project)
            let plan = try await project.newestRun()
            expect(
                try await project.stack(
                    "state", "import", "dev", "--new", "--", "terraform_data.item[\"it's\"]", "-first"),
                in: project,
                stderr: """
                    dev │ preparing
                    dev │ importing
                    dev │ recording
                    dev │ succeeded: `terraform_data.item["it's"]` was imported by its id `-first` (<duration>)
                      + terraform_data.item["it's"]
                    1 to be known, 0 changed, 0 to be forgotten (serial 0 → 1).
                    Changed by run <run>. See what Terraform makes of it: stack plan dev
                    """)
            #expect(try await project.addresses(of: "dev") == ["terraform_data.item[\"it's\"]"])
            #expect(try project.read("stack.lock").contains("\n  dev:\n    id: "))
            let planned = try await project.stack("plan", "dev")
            #expect(!planned.stdout.contains("terraform_data.item[\"it's\"]"), "\(planned.description)")
            #expect(planned.stdout.hasSuffix("Plan: 2 to add, 0 to change, 0 to destroy.\n"))
            let stale = try await project.stack("apply", "--run", plan, "--auto-approve", "--new")
            #expect(stale.exitCode == 3, "what was planned before is stale: \(stale.description)")

            for (address, id) in [("terraform_data.item[\"a b\"]", "second"), ("terraform_data.one", "third")] {
                let more = try await project.stack("state", "import", "dev", address, id, "-q")
                expect(more, in: project, stderr: "")
            }
            let last = try await project.stack("plan", "dev", "--detailed-exitcode", "-q")
            #expect(last.exitCode == 0, "\(last.description)")
        }
    }

    @Test func `an import is a run of its own with a version of its own`() async throws {
        try await withProject { project in
            try await write(project)
            let imported = try await project.stack(
                "state", "import", "dev", "terraform_data.one", "the-secret-owner", "--new")
            #expect(imported.exitCode == 0, "\(imported.description)")
            #expect(!imported.stderr.contains("secret-owner"), "\(imported.description)")
            let run = try #require(try await project.runs().first)
            #expect(run["operation"] == "state import")
            #expect(run["status"] == "succeeded")
            #expect(run["message"] == "`terraform_data.one` was imported by its id `(sensitive)`")
            #expect(run["origin"]?["user"] == "tester")
            let versions = try await project.versions()
            #expect(versions.map { $0["operation"] } == ["state import", .null])
            #expect(versions.map { $0["resources"] } == [1, 0])
            let table = try await project.stack("state", "versions", "dev")
            #expect(table.lines[1].contains("state import"), "\(table.description)")
            // What the definition holds as secret is secret in the imported state, too, after the definition has changed.
            try project.writeStack("dev", spec: "variables: {owner: somebody-else}")
            let shown = try await project.stack("state", "show", "dev", "terraform_data.one")
            #expect(!shown.stdout.contains("the-secret-owner"), "\(shown.description)")
        }
    }

    @Test(arguments: [
        ("terraform_data.two", "resource address \"terraform_data.two\" does not exist in the configuration."),
        ("terraform_data.item[\"c\"]", "Configuration for import target does not exist"),
        ("terraform_data.item[", "Index brackets must contain either a literal number or a literal string."),
        ("terraform_data", "Resource specification must include a resource type and name."),
        ("module.x.terraform_data.one", "module.x is not defined in the configuration."),
    ])
    func `an address that the module does not have is refused in Terraform's words`(
        address: String, words: String
    ) async throws {
        try await withProject { project in
            try await write(project)
            let refused = try await project.stack("state", "import", "dev", address, "first", "--new")
            #expect(refused.exitCode == 1)
            let report = "error: Terraform did not import `\(address)`\n\nhint: Nothing was imported\n"
            #expect(refused.stderr.hasSuffix(report), "\(refused.description)")
            let run = try await project.newestRun()
            #expect(try await project.status(of: run) == "failed")
            for text in [refused.stderr, try await project.stack("logs", run).stderr] {
                let said = try #require(text.range(of: "error: Terraform said while it imported\n"))
                #expect(text[said.upperBound...].contains(words), "\(text)")
            }
            #expect(try !project.exists("stack.lock") || !project.read("stack.lock").contains("\n  dev:\n"))
            try await expectNothing(of: run, in: project)
        }
    }

    @Test func `what the state has, nothing, an unknown stack and one that was never planned are refused`() async throws
    {
        try await withProject { project in
            try await write(project)
            func refusal(_ arguments: String...) async throws -> CommandResult {
                try await project.start(try TestProject.program, ["state", "import"] + arguments).result()
            }
            #expect(try await refusal("dev", "terraform_data.one", "first", "-q", "--new").exitCode == 0)
            let runs = try await project.runs().count
            expect(
                try await refusal("dev", "terraform_data.one", "second"), in: project, exit: 3,
                stderr: """
                    error: the state of `dev` has `terraform_data.one` already

                    hint: See it with `stack state show dev terraform_data.one`; if it is the one that was to be replaced (`create_before_destroy`), delete the new one where it was made, and apply again
                    """)
            #expect(try await refusal("dev", "terraform_data.one", "").exitCode == 64)
            #expect(try await refusal("prod", "terraform_data.one", "first").exitCode == 64)
            try project.writeStack("new", spec: "variables: {owner: somebody}")
            let new = try await refusal("new", "terraform_data.one", "first")
            #expect(new.exitCode == 1)
            #expect(new.stderr.contains("hint: Run `stack plan new`"), "\(new.description)")
            try project.remove("stacks/dev.yaml")
            let gone = try await refusal("dev", "terraform_data.two", "second")
            #expect(gone.exitCode == 3)
            #expect(gone.stderr.contains("error: the stack `dev` is no longer defined"), "\(gone.description)")
            #expect(try await project.runs().count == runs)
        }
    }

    @Test func `what Terraform remarks on an import that it does is kept with the run, masked`() async throws {
        try await withProject { project in
            try await write(project)
            try project.wrapTerraform("test \"$1\" != import || echo 'remark: the-secret-owner' >&2")
            let imported = try await project.stack("state", "import", "dev", "terraform_data.one", "first", "--new")
            #expect(imported.exitCode == 0, "\(imported.description)")
            let logs = try await project.stack("logs", try await project.newestRun())
            for result in [imported, logs] {
                #expect(
                    result.stderr.contains(
                        """
                        dev │ warning: Terraform said while it imported
                        dev │ note: remark: (sensitive)

                        """), "\(result.description)")
            }
        }
    }

    @Test func `a stack that was never applied is imported into only on purpose`() async throws {
        try await withProject { project in
            try await write(project)
            let lock = try project.read("stack.lock")
            let refused = try await project.stack("state", "import", "dev", "terraform_data.one", "first")
            #expect(refused.exitCode == 3)
            #expect(
                refused.stderr.hasPrefix(
                    "error: `dev` was never applied here: `stack.lock` does not say where the state is kept\n"),
                "\(refused.description)")
            #expect(refused.stderr.contains("hint: Give `--new` to keep it in "), "\(refused.description)")
            #expect(try await project.runs().count == 1)

            let terminal = try project.terminal("state", "import", "dev", "terraform_data.one", "first")
            try await terminal.wait(for: "Go on? Only `yes` is accepted:")
            terminal.type("no\n")
            #expect(try await terminal.exitCode() == 3)
            #expect(try project.read("stack.lock") == lock)
            #expect(try await project.addresses(of: "dev") == [])
            let agreed = try project.terminal("state", "import", "dev", "terraform_data.one", "first")
            try await agreed.wait(for: "Go on? Only `yes` is accepted:")
            agreed.type("yes\n")
            #expect(try await agreed.exitCode() == 0, "\(agreed.text)")
            #expect(try await project.addresses(of: "dev") == ["terraform_data.one"])
        }
    }

    @Test func `a locked stack is refused, or waited for`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let refused = try await project.stack("state", "import", "dev", "terraform_data.last", "first")
            #expect(refused.exitCode == 75)
            #expect(refused.stderr.contains("error: the stack `dev` is locked by run "), "\(refused.description)")
            let waiting = try project.start(
                "state", "import", "dev", "terraform_data.last", "first", "--lock-timeout", "2m")
            try await eventually("it waits") { waiting.stderr.contains("Waiting for the lock of `dev`: run ") }
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            // The apply has made it meanwhile.
            let result = try await waiting.result()
            #expect(result.exitCode == 3)
            #expect(result.stderr.contains("has `terraform_data.last` already"), "\(result.description)")
        }
    }

    @Test func `an import whose stack has another state by now changes nothing`() async throws {
        try await withProject { project in
            try await write(project)
            let importing = try await held(project)
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            let before = try await project.stack("state", "pull", "dev").stdout
            try project.openGate()
            let result = try await importing.result()
            #expect(result.exitCode == 3, "\(result.description)")
            #expect(result.stderr.contains("error: the stack has another state by now; nothing was changed"))
            #expect(try await project.stack("state", "pull", "dev").stdout == before)
        }
    }

    @Test func `an import that was killed has changed nothing; the next command ends its run and what it had started`()
        async throws
    {
        try await withProject { project in
            try await write(project)
            let importing = try await held(project)
            let run = try await project.newestRun()
            importing.send(SIGKILL)
            _ = try await importing.result()
            let recovered = try await project.stack("recover")
            expect(
                recovered, in: project, stderr: "Run <run> of `dev` had died while it imported; nothing was changed.")
            #expect(try await project.status(of: run) == "interrupted")
            try await expectNothing(of: run, in: project)
            try project.openGate()
            let again = try await project.stack("state", "import", "dev", "terraform_data.one", "first", "--new")
            #expect(again.exitCode == 0, "\(again.description)")
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `an import ends at a signal and has changed nothing`(signal: Int32, exitCode: Int32) async throws {
        try await withProject { project in
            try await write(project)
            let importing = try await held(project)
            let run = try await project.newestRun()
            importing.send(signal)
            let result = try await importing.result()
            #expect(result.exitCode == exitCode, "\(result.description)")
            #expect(try await project.status(of: run) == "canceled")
            try await expectNothing(of: run, in: project)
        }
    }

    @Test func `an import is cancelled from another process and has changed nothing`() async throws {
        try await withProject { project in
            try await write(project)
            let importing = try await held(project)
            let run = try await project.newestRun()
            #expect(try await project.stack("cancel", run).exitCode == 0)
            let result = try await importing.result()
            #expect(result.exitCode == 1)
            #expect(
                result.stderr.hasSuffix("error: run `\(run)` was cancelled by `stack cancel`; nothing was changed\n"))
            #expect(try await project.status(of: run) == "canceled")
            try await expectNothing(of: run, in: project)
        }
    }
}
