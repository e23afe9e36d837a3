import JSON
import TestSupport
import Testing

@Suite struct ApplyTests {
    @Test func `an apply shows its plan, applies it and says what came of it`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            expect(
                try await project.stack("apply", "dev", "--new", "--auto-approve"), in: project,
                stdout: """
                      + create

                    Terraform will perform the following actions:

                      # terraform_data.network will be created
                      + resource "terraform_data" "network" {
                          + id     = (known after apply)
                          + input  = "10.0.0.0/16"
                          + output = (known after apply)
                        }

                      # terraform_data.node[0] will be created
                      + resource "terraform_data" "node" {
                          + id               = (known after apply)
                          + input            = (known after apply)
                          + output           = (known after apply)
                          + triggers_replace = "small"
                        }

                    Changes to Outputs:
                      + size = "small"

                    Plan: 2 to add, 0 to change, 0 to destroy.
                    """,
                stderr: """
                    dev │ preparing
                    dev │ terraform init
                    dev │ planning
                    dev │ reading the plan
                    dev │ planned (<duration>)
                    dev │ checking that nothing has moved
                    dev │ applying
                    dev │ terraform_data.network: Creation complete after <duration> [id=<id>]
                    dev │ terraform_data.node[0]: Creation complete after <duration> [id=<id>]
                    dev │ Apply complete! Resources: 2 added, 0 changed, 0 destroyed.
                    dev │ recording
                    dev │ succeeded (<duration>)
                    """)
            #expect(try await project.addresses(of: "dev") == ["terraform_data.network", "terraform_data.node[0]"])
            expect(
                try await project.stack("apply", "dev", "--auto-approve", "-q"), in: project,
                stdout: "No changes. `dev` is as it is defined.")
        }
    }

    @Test func `a plan made before is applied by its run, once`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let run = try await project.plannedRun()
            let first = try await project.stack("apply", "--run", run, "--new", "--auto-approve", "-q")
            #expect(first.exitCode == 0, "\(first.description)")
            #expect(first.stdout.hasSuffix("\nPlan: 2 to add, 0 to change, 0 to destroy.\n"))
            expect(
                try await project.stack("apply", "--run", run, "--auto-approve"), in: project, exit: 3,
                stderr: """
                    error: run `<run>` cannot be applied: it is `succeeded`

                    hint: `stack plan` makes a new plan
                    """)
            let versions = try await project.stack("state", "versions", "dev", "-o", "json").json.arrayValue
            #expect(versions?.count == 2)
        }
    }

    @Test func `a newer plan takes the place of an older one`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let older = try await project.plannedRun()
            let newer = try await project.plannedRun()
            #expect(try await project.status(of: older) == "superseded")
            #expect(try await project.status(of: newer) == "planned")
            #expect(try await project.stack("apply", "--run", older, "--new", "--auto-approve").exitCode == 3)
        }
    }

    @Test func `a failed apply is recorded, keeps what was made, and stops no other stack`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("good")
            try project.write(
                """
                resource "terraform_data" "made" {}

                resource "terraform_data" "broken" {
                  input = terraform_data.made.id

                  provisioner "local-exec" {
                    command = "echo the disk is full >&2; exit 7"
                  }
                }
                """, to: "modules/broken/main.tf")
            try project.writeStack("broken", module: "modules/broken")
            let result = try await project.stack("apply", "--all", "--new", "--auto-approve", "--parallelism", "1")
            #expect(result.exitCode == 1, "\(result.description)")
            let table = result.filtered(project.filter).lines.suffix(4)
            #expect(table.first == "STACK   RESULT     TIME  RUN", "\(result.description)")
            #expect(result.stdout.contains("\nbroken  failed     "))
            #expect(result.stdout.contains("\ngood    succeeded  "))
            #expect(result.stderr.contains("broken │ error: local-exec provisioner error\n"))
            #expect(result.stderr.contains("broken │ failed: local-exec provisioner error ("))
            #expect(
                try await project.addresses(of: "broken") == ["terraform_data.broken", "terraform_data.made"])
            let run = try #require(try await project.runs(of: "broken").first)
            #expect(run["status"] == "failed")
            #expect(run["message"] == "local-exec provisioner error")
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
        }
    }

    @Test func `what outlives Terraform is named, and holds no lock`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "x" {
                  provisioner "local-exec" {
                    command = "setsid sleep 600 </dev/null >/dev/null 2>&1 &"
                  }
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev")
            let result = try await project.applyNew()
            #expect(
                result.filtered(project.filter).stderr.contains(
                    "dev │ warning: Terraform has ended, but what it started still runs: sleep (pid <pid>)\n"),
                "\(result.description)")
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
            #expect(project.livingProcesses.count == 1)
        }
    }

    @Test func `several stacks are all shown before the one question`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b")
            let terminal = try project.terminal("apply", "--all", "--new")
            try await terminal.wait(for: "Apply these plans to `a`, `b`? Only `yes` is accepted:")
            #expect(terminal.text.contains("── a\n"))
            #expect(terminal.text.contains("── b\n"))
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)
            #expect(terminal.text.contains("b      succeeded  "))
            #expect(try await project.addresses(of: "b").count == 2)
        }
    }

    @Test func `any answer but yes applies nothing and keeps the plan`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            for answer in ["no\n", "y\n", "\u{04}"] {
                let terminal = try project.terminal("apply", "dev", "--new")
                try await terminal.wait(for: "Apply this plan to `dev`? Only `yes` is accepted:")
                terminal.type(answer)
                #expect(try await terminal.exitCode() == 3)
                #expect(terminal.text.contains("Nothing was applied. The plans are kept: `stack runs` lists them."))
            }
            #expect(try await project.status(of: try await project.newestRun()) == "planned")
            #expect(try await project.addresses(of: "dev").isEmpty)
        }
    }

    @Test func `Ctrl-C at a question says that nothing was applied`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let new = try project.terminal("apply", "dev")
            try await new.wait(for: "Go on? Only `yes` is accepted:")
            new.interrupt()
            #expect(try await new.exitCode() == 130)
            #expect(new.text.hasSuffix("\nNothing was changed.\n"), "\(new.text)")

            let terminal = try project.terminal("apply", "dev", "--new")
            try await terminal.wait(for: "Apply this plan to `dev`? Only `yes` is accepted:")
            terminal.interrupt()
            #expect(try await terminal.exitCode() == 130)
            #expect(
                terminal.text.hasSuffix("\nNothing was applied. The plans are kept: `stack runs` lists them.\n"),
                "\(terminal.text)")
            #expect(try await project.status(of: try await project.newestRun()) == "planned")
        }
    }

    @Test func `without a terminal an apply that would have to ask refuses and names the flag`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            expect(
                try await project.stack("apply", "dev", "--new", "-q"), in: project, exit: 3, stdout: nil,
                stderr: """
                    error: there is no terminal to ask on; nothing was applied, the plans are kept

                    hint: Give `--auto-approve`, or apply a plan later with `stack apply --run RUN --auto-approve`
                    """)
            let terminal = try project.terminal("apply", "dev", "--new", "--no-input")
            #expect(try await terminal.exitCode() == 3)
            #expect(try await project.addresses(of: "dev").isEmpty)
        }
    }

    @Test func `the stream of an apply ends with how the run ended`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let result = try await project.stack("apply", "dev", "--new", "--auto-approve", "--json-stream")
            #expect(result.exitCode == 0)
            let lines = try result.jsonLines
            #expect(lines.count { $0["type"] == "version" } == 1)
            #expect(lines.last?["type"] == "ended")
            #expect(lines.last?["status"] == "succeeded")
            let made = lines.compactMap { $0["event"] }.filter { $0["type"] == "apply_complete" }
            #expect(made.count == 2)
        }
    }

    @Test func `a destroy wants the name typed, destroys, and says when nothing is left`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            let refused = try project.terminal("destroy", "dev")
            try await refused.wait(for: "This destroys everything of `dev`. To go on, type `dev`:")
            refused.type("yes\n")
            #expect(try await refused.exitCode() == 3)
            #expect(try await project.addresses(of: "dev").count == 2)

            let terminal = try project.terminal("destroy", "dev")
            try await terminal.wait(for: "type `dev`:")
            terminal.type("dev\n")
            #expect(try await terminal.exitCode() == 0)
            #expect(terminal.text.contains("Apply complete! Resources: 0 added, 0 changed, 2 destroyed."))
            #expect(try await project.addresses(of: "dev").isEmpty)
            expect(
                try await project.stack("destroy", "dev", "--auto-approve", "-q"), in: project,
                stdout: "No changes. `dev` has nothing that could be destroyed.")
        }
    }

    @Test func `a plan that somebody is asked about stays good while others plan, until one of them is applied`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let terminal = try project.terminal("apply", "dev", "--new")
            try await terminal.wait(for: "Only `yes` is accepted:")
            let other = try await project.plannedRun()
            let newest = try await project.plannedRun()
            #expect(try await project.status(of: other) == "superseded")
            #expect(try await project.stack("discard", newest).exitCode == 0)
            let last = try await project.plannedRun()
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)
            let late = try await project.stack("apply", "--run", last, "--new", "--auto-approve")
            #expect(late.exitCode == 3)
            #expect(late.stderr.contains("is stale"), "\(late.description)")
        }
    }

    @Test func `when nobody reads on, the exit code does not say that all is done`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let script = try project.script(
                "pipe",
                "exec bash -c '\"$0\" apply dev --new --auto-approve 2>&1 | true; echo ${PIPESTATUS[0]}' \(try TestProject.program)\n"
            )
            #expect(try await project.run(script).stdout == "141\n")
        }
    }

    @Test(arguments: [false, true])
    func `a saved plan stays while somebody is asked about it, approved meanwhile or not`(isApproved: Bool) async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "approval: true\n")
            let run = try await project.plannedRun()
            let terminal = try project.terminal("apply", "--run", run, "--new")
            try await terminal.wait(for: "Only `yes` is accepted:")
            if isApproved { #expect(try await project.stack("approve", run).exitCode == 0) }
            _ = try await project.plannedRun()
            #expect(try await project.status(of: run) == (isApproved ? "planned" : "awaitingApproval"))
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0, "\(terminal.text)")
        }
    }
}
