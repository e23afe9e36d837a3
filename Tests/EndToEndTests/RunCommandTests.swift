import JSON
import TestSupport
import Testing

@Suite struct RunCommandTests {
    @Test func `runs are listed newest first, and one is shown with its plan`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            let run = try await project.newestRun()
            _ = try await project.stack("plan", "dev")
            expect(
                try await project.stack("runs", "dev"), in: project,
                stdout: """
                    RUN                   STACK  DOES   STATUS      PLAN      BY         CREATED
                    <run>  dev    apply  no changes  +0 ~0 -0  tester@<host>  <time>
                    <run>  dev    apply  succeeded   +2 ~0 -0  tester@<host>  <time>
                    """)
            let shown = try await project.stack("run", run)
            #expect(shown.exitCode == 0)
            #expect(
                shown.filtered(project.filter).lines.prefix(9) == [
                    "Run       <run>", "Stack     dev", "Does      apply", "Status    succeeded",
                    "By        tester@<host>", "Created   <time>", "Ended     <time>",
                    "Exit code 0 (Terraform's)", "",
                ])
            #expect(shown.stdout.hasSuffix("\nPlan: 2 to add, 0 to change, 0 to destroy.\n"))
            let json = try await project.stack("run", run, "-o", "json").json
            #expect(json["summary"]?["add"] == 2)
            #expect(json["origin"]?["user"] == "tester")
            #expect(try await project.stack("runs", "-o", "name").lines.count == 3)
            #expect(try await project.stack("runs", "-o", "yaml").stdout.contains("  status: succeeded\n"))
        }
    }

    @Test func `a run records the commit and whether the tree was clean`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.write(".stack/\nstack.lock\n", to: ".gitignore")
            try await project.git("init", "-q")
            try await project.git("add", "-A")
            try await project.git("commit", "-q", "-m", "first")
            let commit = try await project.git("rev-parse", "HEAD").dropLast()
            let clean = try await project.stack("run", try await project.plannedRun())
            #expect(clean.lines.contains("Commit    \(commit)"), "\(clean.description)")
            try project.writeAppStack(size: "large")
            let changed = try await project.stack("run", try await project.plannedRun())
            #expect(changed.lines.contains("Commit    \(commit) (with changes)"), "\(changed.description)")
        }
    }

    @Test func `the user comes from the account database when the environment names none`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let name = try await project.run("id", "-un").stdout.dropLast()
            _ = try await project.run("env", "-u", "USER", try TestProject.program, "plan", "dev")
            #expect(try await project.runs().first?["origin"]?["user"] == .string(String(name)))
        }
    }

    @Test func `logs give a run's events again, and follow one from another process to its end`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            let follower = try project.start("logs", run, "--follow")
            try await eventually("the follower shows what is made") {
                follower.stderr.contains("terraform_data.first: Creation complete")
            }
            #expect(follower.isRunning)
            try project.openGate()
            let followed = try await follower.result()
            #expect(followed.exitCode == 0)
            #expect(
                followed.filtered(project.filter).stderr.hasSuffix("dev │ succeeded (<duration>)\n"),
                "\(followed.description)")
            #expect(try await apply.result().exitCode == 0)
            let again = try await project.stack("logs", run)
            #expect(again.stderr.contains("dev │ terraform_data.last: Creation complete"))
            let stream = try await project.stack("logs", run, "--json-stream").jsonLines
            #expect(stream.last?["status"] == "succeeded")
        }
    }

    @Test func `what a provisioner prints is shown with -v, now and later`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "x" {
                  provisioner "local-exec" {
                    command = "echo from the provisioner"
                  }
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev")
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve", "-v")
            #expect(applied.stderr.contains("dev │ from the provisioner\n"), "\(applied.description)")
            let run = try await project.newestRun()
            #expect(try await project.stack("logs", run, "-v").stderr.contains("dev │ from the provisioner\n"))
            #expect(!(try await project.stack("logs", run).stderr.contains("from the provisioner")))
        }
    }

    @Test func `logs of a run that is over have the run's times`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let plan = try await project.stack("plan", "dev")
            let run = try await project.newestRun()
            let stream = try await project.stack("logs", run, "--json-stream").jsonLines.dropFirst()
            #expect(try await project.stack("logs", run, "--follow", "--json-stream").jsonLines.dropFirst() == stream)
            let times = stream.compactMap { $0["time"]?.stringValue }
            #expect(times.count == stream.count && times == times.sorted())
            let created = try await project.runs().first?["createdAt"]?.stringValue ?? "", end = times.last ?? ""
            #expect(times.allSatisfy { created <= $0 && $0 <= end })
            let shown = try seconds(in: plan)
            #expect(abs(try seconds(in: try await project.stack("logs", run)) - shown) < 0.3)
        }
    }

    @Test func `a discarded plan is not applied`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let run = try await project.plannedRun()
            expect(try await project.stack("discard", run), in: project, stderr: "Discarded.")
            #expect(try await project.status(of: run) == "discarded")
            #expect(try await project.stack("apply", "--run", run, "--new", "--auto-approve").exitCode == 3)
            let again = try await project.stack("discard", run)
            #expect(again.exitCode == 3, "\(again.description)")
        }
    }

    @Test func `a run that nobody works on cannot be cancelled`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let run = try await project.plannedRun()
            expect(
                try await project.stack("cancel", run), in: project, exit: 3,
                stderr: """
                    error: run `<run>` is planned: nobody works on it

                    hint: `stack discard <run>` gives its plan up
                    """)
            expect(
                try await project.stack("cancel", "nonsense"), in: project, exit: 64,
                stderr: """
                    error: there is no run `nonsense`

                    hint: `stack runs` lists the runs
                    """)
        }
    }

    @Test func `an apply that is cancelled from another process ends canceled and unlocked`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            #expect(try await project.stack("cancel", run).exitCode == 0)
            let result = try await apply.result()
            #expect(result.exitCode == 1)
            #expect(try await project.status(of: run) == "canceled")
            #expect(try await project.addresses(of: "dev").contains("terraform_data.first"))
            #expect(!(try await project.addresses(of: "dev").contains("terraform_data.last")))
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
        }
    }

    @Test func `an approval is recorded with its person, and without it nothing is applied`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "approval: true")
            let refused = try await project.stack("apply", "dev", "--new", "--auto-approve", "-q")
            let run = try await project.newestRun()
            expect(
                refused, in: project, exit: 3, stdout: nil,
                stderr: """
                    error: the stack `dev` wants an approval before it is changed; its plan is kept

                    hint: `stack approve <run>`, then `stack apply --run <run> --auto-approve --new`
                    """)
            #expect(try await project.status(of: run) == "awaitingApproval")
            expect(
                try await project.stack("approve", run, environment: ["USER": "anna"]), in: project,
                stderr: "Approved. To apply it: stack apply --run <run> --new")
            expect(
                try await project.stack("approve", run, environment: ["USER": "ben"]), in: project,
                stderr: "Approved already, by anna@<host>. To apply it: stack apply --run <run> --new")
            #expect(try await project.stack("apply", "--run", run, "--new", "--auto-approve").exitCode == 0)
            #expect(try await project.stack("run", run).lines.contains { $0.hasPrefix("Approved  by anna@") })
            expect(
                try await project.stack("approve", run), in: project, exit: 3,
                stderr: "error: run `<run>` waits for no approval: it is `succeeded`")
            expect(
                try await project.stack("discard", run), in: project, exit: 3,
                stderr: "error: run `<run>` has no plan that waits: it is `succeeded`")
        }
    }

    @Test func `a destroy wants its approval too`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.writeAppStack(more: "approval: true")
            let refused = try await project.stack("destroy", "dev", "--auto-approve", "-q")
            #expect(refused.exitCode == 3)
            let run = try await project.newestRun()
            #expect(
                refused.stderr.hasSuffix(
                    "hint: `stack approve \(run)`, then `stack apply --run \(run) --auto-approve`\n"),
                "\(refused.description)")
            #expect(try await project.addresses(of: "dev").count == 2)
            #expect(try await project.stack("approve", run).exitCode == 0)
            #expect(try await project.stack("apply", "--run", run, "--auto-approve").exitCode == 0)
            #expect(try await project.addresses(of: "dev").isEmpty)
        }
    }

    @Test func `a yes at a terminal approves`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "approval: true")
            let terminal = try project.terminal("apply", "dev", "--new", "--auto-approve")
            try await terminal.wait(for: "Apply this plan to `dev`? Only `yes` is accepted:")
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)
            #expect(try await project.runs().first?["approval"]?["user"] == "tester")
        }
    }
}

/// The duration with which a run's last line ends: `planned (1.2s)`.
private func seconds(in result: CommandResult) throws -> Double {
    let text = result.stderr.split(separator: "\n").last { $0.hasSuffix("s)") }?.split(separator: "(").last?.dropLast(2)
    return try #require(text.flatMap { Double($0) }, "\(result.description)")
}
