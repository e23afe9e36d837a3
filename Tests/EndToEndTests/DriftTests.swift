import Glibc
import JSON
import TestSupport
import Testing

/// `stack drift` where nothing has drifted: Terraform's built-in resources have nothing outside that could change.
@Suite struct DriftTests {
    private func writeApplied(_ project: TestProject) async throws {
        try project.writeApp()
        try project.writeAppStack()
        try await project.applyNew()
    }

    /// From now on a refresh fails with an error of the module's.
    private func breakModule(_ project: TestProject) throws {
        try project.write("output \"lost\" {\n  value = file(\"nowhere\")\n}\n", to: "modules/app/broken.tf")
    }

    private func looks(_ project: TestProject) async throws -> [JSONValue] {
        try await project.stack("runs", "--drift", "-o", "json").json.arrayValue?.filter {
            $0["operation"] == "drift"
        } ?? []
    }

    @Test func `what is as it was left is in sync, and what was never applied has nothing that could drift`()
        async throws
    {
        try await withProject { project in
            try await writeApplied(project)
            try project.writeAppStack("other")
            expect(
                try await project.stack("drift", "dev", "-q"), in: project,
                stdout: "No drift. `dev` is as its last run left it.")
            expect(
                try await project.stack("drift", "other"), in: project,
                stdout: "`other` was never applied: nothing of it can have drifted.")
            expect(
                try await project.stack("drift", "--all"), in: project,
                stdout: """
                    STACK  RESULT         OBJECTS  SINCE                 RUN
                    dev    in sync                 <time>  <run>
                    other  never applied
                    """,
                stderr: """
                    dev   │ preparing
                    dev   │ looking for drift
                    dev   │ reading the plan
                    dev   │ succeeded: in sync (<duration>)
                    """)
            #expect(try await project.stack("drift", "--all", "-o", "name", "-q").stdout == "")
            let all = try await project.stack("drift", "--all", "-o", "json", "-q").json.arrayValue ?? []
            #expect(all.map { $0["stack"] } == ["dev", "other"])
            #expect(all.map { $0["result"] } == ["inSync", "neverApplied"])
            #expect(all[0]["objects"] == [] && all[0]["run"]?.stringValue != nil && all[1]["run"] == .null)
        }
    }

    @Test func `a stack that was destroyed has nothing that could drift`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            #expect(try await project.stack("drift", "dev").exitCode == 0)
            #expect(try await project.stack("destroy", "dev", "--auto-approve").exitCode == 0)
            expect(
                try await project.stack("drift", "dev"), in: project,
                stdout: "`dev` has no resources: nothing of it can have drifted.")
            #expect(try await project.stack("list", "-o", "json").json.arrayValue?.first?["drift"] == .null)
        }
    }

    @Test func `it leaves a plan that waits as it is, takes no lock, and leaves nothing behind`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            try project.writeAppStack(size: "large")
            let planned = try await project.plannedRun()
            let before = try project.read("stack.lock")
            #expect(try await project.stack("drift", "dev").exitCode == 0, "a change of the definition is no drift")
            #expect(try await project.status(of: planned) == "planned")
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
            #expect(try project.read("stack.lock") == before)
            #expect(project.files(below: ".stack/workspaces").filter { $0 != "lock" && !$0.hasSuffix("/lock") } == [])
            let applied = try await project.stack("apply", "--run", planned, "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
        }
    }

    @Test func `its runs are listed on demand, have succeeded, and can be read again`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            #expect(try await project.stack("drift", "dev").exitCode == 0)
            #expect(try await project.runs().map { $0["operation"] } == ["apply"])
            let look = try #require(try await looks(project).first)
            let run = try #require(look["id"]?.stringValue)
            #expect(look["status"] == "succeeded" && look["message"] == "in sync")
            expect(
                try await project.stack("logs", run), in: project,
                stderr: """
                    dev │ preparing
                    dev │ looking for drift
                    dev │ reading the plan
                    dev │ succeeded: in sync (<duration>)
                    """)
            expect(
                try await project.stack("apply", "--run", run, "--auto-approve"), in: project, exit: 3, stderr: nil)
        }
    }

    @Test func `where nothing can be found out, that is recorded with the reason`() async throws {
        try await withProject { project in
            try await writeApplied(project)
            try breakModule(project)
            let failed = try await project.stack("drift", "dev")
            #expect(failed.exitCode == 1, "\(failed.description)")
            #expect(failed.stdout.isEmpty)
            #expect(failed.stderr.contains("Invalid function argument"), "\(failed.description)")
            let drift = try await project.stack("list", "-o", "json").json.arrayValue?.first?["drift"]
            #expect(drift?["result"] == "unreachable")
            #expect(
                drift?["reason"]?.stringValue?.hasPrefix("Invalid function argument: ") == true, "\(drift?.text ?? "")")
            #expect(try await looks(project).first?["status"] == "failed")
            let list = try await project.stack("list").filtered(project.filter)
            #expect(list.lines.first?.hasSuffix("  DRIFT") == true)
            #expect(list.stdout.contains("unreachable since <time>"))

            // Before a run could begin.
            try project.writeAppStack(more: "environment: [{name: X, fromEnv: NOT_THERE}]")
            let unprepared = try await project.stack("drift", "dev", "-o", "json", "-q")
            #expect(unprepared.exitCode == 1, "\(unprepared.description)")
            #expect(try unprepared.json.arrayValue?.first?["run"] == .null)
            #expect(unprepared.stderr.contains("NOT_THERE"))
        }
    }

    @Test func `a stack that is being applied is left alone, and nothing is said of it`() async throws {
        try await withProject { project in
            try project.writeGated()
            try project.openGate()
            try await project.applyNew()
            try project.remove("\(project.gate()).reached")
            try project.remove(project.gate())
            let apply = try project.start("apply", "dev", "--replace", "terraform_data.held", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            expect(
                try await project.stack("drift", "dev"), in: project, exit: 75,
                stderr: """
                    error: run `<run>` is being applied: what differs now may be its doing

                    hint: Look again when it is over: `stack logs <run> --follow`
                    """)
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.status(of: run) == "succeeded")
            #expect(try await project.stack("list", "-o", "json").json.arrayValue?.first?["drift"] == .null)
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `a signal ends it with that signal's exit code, and nothing is recorded`(
        signal: Int32, exitCode: Int32
    ) async throws {
        try await withProject { project in
            try await writeApplied(project)
            try project.holdPlans()
            let drift = try project.start("drift", "dev")
            try await project.waitForGate()
            drift.send(signal)
            #expect(try await drift.result().exitCode == exitCode)
            #expect(try await looks(project).map { $0["status"] } == ["canceled"])
            #expect(try await project.stack("list", "-o", "json").json.arrayValue?.first?["drift"] == .null)
            #expect(project.livingProcesses.isEmpty)
        }
    }

    @Test func `it is cancelled from another process, and one that was killed is ended by the next command`()
        async throws
    {
        try await withProject { project in
            try await writeApplied(project)
            try project.holdPlans()
            let first = try project.start("drift", "dev")
            try await project.waitForGate()
            let run = try #require(try await looks(project).first?["id"]?.stringValue)
            #expect(try await project.stack("cancel", run).exitCode == 0)
            #expect(try await first.result().exitCode == 1)
            #expect(try await project.status(of: run) == "canceled")

            try project.remove("\(project.gate()).reached")
            let second = try project.start("drift", "dev")
            try await project.waitForGate()
            second.send(SIGKILL)
            _ = try await second.result()
            let recovered = try await project.stack("recover")
            #expect(
                recovered.filtered(project.filter).stderr
                    == "Run <run> of `dev` had died while it looked for drift; nothing was changed.\n")
            #expect(try await looks(project).map { $0["status"] } == ["interrupted", "canceled"])
        }
    }
}
