import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// What does not end by itself, and what a person can do about it.
@Suite struct ForceTests {
    /// Terraform stands still at each plan, and listens to no signal, until the gate opens.
    private func hangPlans(_ project: TestProject) throws {
        try project.writeStack("dev", module: "modules/placed")
        try project.write("output \"place\" {\n  value = path.cwd\n}\n", to: "modules/placed/main.tf")
        try project.hold("plan", ignoring: "INT TERM")
    }

    /// An apply that stands at its gate; `dev` is its stack.
    private func startGated(_ project: TestProject) async throws -> (apply: RunningProcess, run: String) {
        try project.writeGated()
        let apply = try project.start("apply", "dev", "--new", "--auto-approve")
        try await project.waitForGate()
        return (apply, try await project.newestRun())
    }

    @Test func `a second Ctrl-C kills a plan that does not listen to the first`() async throws {
        try await withProject { project in
            try hangPlans(project)
            let terminal = try project.terminal("plan", "dev")
            try await project.waitForGate()
            terminal.interrupt()
            try await terminal.wait(for: "Interrupting Terraform; once more kills it.")
            #expect(terminal.process.isRunning)
            terminal.interrupt()
            #expect(try await terminal.exitCode() == 130)
            #expect(try await project.status(of: try await project.newestRun()) == "canceled")
            #expect(project.livingProcesses.isEmpty)
            #expect(project.files(below: ".stack/workspaces").isEmpty)
        }
    }

    @Test func `cancel --force kills a plan that does not listen to cancel`() async throws {
        try await withProject { project in
            try hangPlans(project)
            let plan = try project.start("plan", "dev")
            try await project.waitForGate()
            let run = try await project.newestRun()
            #expect(try await project.stack("cancel", run).exitCode == 0)
            #expect(try await project.stack("cancel", run, "--force").exitCode == 0)
            let result = try await plan.result()
            #expect(result.exitCode == 1, "\(result.description)")
            #expect(result.stderr.contains("was cancelled by `stack cancel`; nothing was changed"))
            #expect(try await project.status(of: run) == "canceled")
        }
    }

    @Test func `a plan that is cancelled while it is being read is not kept`() async throws {
        try await withProject { project in
            try project.writeStack("dev", module: "modules/app")
            try project.write("resource \"terraform_data\" \"a\" {}\n", to: "modules/app/main.tf")
            try project.hold("show")
            let plan = try project.start("plan", "dev")
            try await project.waitForGate()
            let run = try await project.newestRun()
            #expect(try await project.stack("cancel", run).exitCode == 0)
            let result = try await plan.result()
            #expect(result.exitCode == 1, "\(result.description)")
            #expect(try await project.status(of: run) == "canceled")
            #expect(try await project.stack("apply", "--run", run, "--new", "--auto-approve").exitCode == 3)
        }
    }

    @Test func `a plan waits for the workspace of another, says so, and can be cancelled meanwhile`() async throws {
        try await withProject { project in
            try hangPlans(project)
            let first = try project.start("plan", "dev")
            try await project.waitForGate()
            let holder = try await project.newestRun()
            let second = try project.start("plan", "dev")
            let third = try project.start("plan", "dev")
            try await eventually("both wait") {
                [second, third].allSatisfy { $0.stderr.contains("dev │ waiting for the workspace of run \(holder)\n") }
            }
            for run in try await project.runs().compactMap({ $0["id"]?.stringValue }) where run != holder {
                #expect(try await project.stack("cancel", run).exitCode == 0)
                break
            }
            try await eventually("one of them ends") { !second.isRunning || !third.isRunning }
            try project.openGate()
            #expect(try await first.result().exitCode == 0)
            #expect(Set([try await second.result().exitCode, try await third.result().exitCode]) == [0, 1])
        }
    }

    @Test func `of a plan in another container nobody can tell: it is waited for as long as said, and ended by force`()
        async throws
    {
        try await withProject { project in
            try hangPlans(project)
            let plan = try project.start("plan", "dev")
            try await project.waitForGate()
            let run = try await project.newestRun()
            for (patience, waits) in [("0s", false), ("1s", true)] {
                let other = try await project.stackInContainer("plan", "dev", "-q", "--lock-timeout", patience)
                #expect(other.exitCode == 75, "\(other.description)")
                #expect(other.stderr.hasPrefix("dev │ waiting for the workspace of run \(run)\n") == waits)
                #expect(
                    other.stderr.contains(
                        """
                        error: the workspace that `dev` needs is held by run `\(run)`: whether it is at work cannot \
                        be told: process `\(plan.pid)` runs in another container of host `
                        """), "\(other.description)")
                #expect(other.stderr.hasSuffix("if you know that the run is over: stack cancel \(run) --force\n"))
            }
            let recover = try await project.stackInContainer("recover")
            #expect(recover.stderr.hasPrefix("Run \(run) of `dev`: whether it is at work cannot be told: process"))

            expect(try await project.stackInContainer("cancel", run, "--force"), in: project, stderr: "Ended.")
            #expect(try await project.status(of: run) == "canceled")
            try project.openGate()
            let next = try await project.stackInContainer("plan", "dev", "-q")
            #expect(next.exitCode == 0, "\(next.description)")
            // The one that was taken for dead can keep nothing.
            let result = try await plan.result()
            #expect(result.exitCode != 0, "\(result.description)")
            #expect(try await project.status(of: run) == "canceled")
        }
    }

    @Test func `unlock --force takes in what the run has saved, and keeps its workspace`() async throws {
        try await withProject { project in
            let (apply, run) = try await startGated(project)
            let refused = try await project.stackInContainer("state", "unlock", "dev")
            #expect(refused.exitCode == 3)
            #expect(refused.stderr.contains("whether it is at work cannot be told"), "\(refused.description)")
            let forced = try await project.stackInContainer("state", "unlock", "dev", "--force", run)
            #expect(forced.exitCode == 0)
            #expect(
                forced.stderr.hasPrefix("The lock was taken from run \(run); it is recorded there.\n"),
                "\(forced.description)")
            #expect(forced.stderr.contains("`terraform_data.held` is unknown: its create was under way"))
            #expect(forced.stderr.contains("the workspace is kept as evidence in `"))
            let record = try await project.stack("run", run, "-o", "json").json
            #expect(record["status"] == "interrupted")
            #expect(record["message"]?.stringValue?.hasPrefix("its lock was taken by force by tester@") == true)
            #expect(try await project.addresses(of: "dev").contains("terraform_data.first"))

            try project.openGate()
            #expect(try await apply.result().exitCode == 3)
            #expect(try await project.status(of: run) == "interrupted")
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `a second Ctrl-C leaves an apply alone that another process began meanwhile`() async throws {
        try await withProject { project in
            try project.writeGated("quick")
            try project.write("resource \"terraform_data\" \"a\" {}\n", to: "modules/app/main.tf")
            try project.writeStack("slow", module: "modules/app")
            try project.hold("plan", ignoring: "INT TERM", where: "*/modules/app")
            let terminal = try project.terminal("plan", "--all", "--parallelism", "2")
            try await project.waitForGate("dev")
            try await terminal.wait(for: "quick │ planned")
            let run = try await project.newestRun(of: "quick")
            let apply = try project.start("apply", "--run", run, "--new", "--auto-approve")
            try await project.waitForGate("quick")
            terminal.interrupt()
            try await terminal.wait(for: "Interrupting Terraform; once more kills it.")
            terminal.interrupt()
            #expect(try await terminal.exitCode() == 130)
            #expect(try await project.status(of: run) == "applying")
            try project.openGate("quick")
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.addresses(of: "quick").count == 3)
        }
    }

    @Test func `a run that was taken for dead touches nothing of the one that has its workspace now`() async throws {
        try await withProject { project in
            try project.writeGated()
            let module = try project.read("modules/gated/main.tf")
            try project.write(module + "\noutput \"place\" {\n  value = path.cwd\n}\n", to: "modules/gated/main.tf")
            try project.hold("plan", ignoring: "INT TERM", at: "first")
            let first = try project.start("plan", "dev")
            try await project.waitForGate("first")
            let run = try await project.newestRun()
            #expect(try await project.stackInContainer("cancel", run, "--force").exitCode == 0)
            try project.write("", to: "\(project.scratch)/unarmed")
            let second = try project.startInContainer("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            try project.openGate("first")
            #expect(try await first.result().exitCode != 0)
            #expect(project.files(below: ".stack/workspaces").contains { $0.hasSuffix("/0/holder.json") })
            try project.openGate()
            let applied = try await second.result()
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `the log of a run whose lock was taken holds nothing of the run that came after it`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let first = try await project.newestRun()
            #expect(try await project.stackInContainer("state", "unlock", "dev", "--force", first).exitCode == 0)
            // The same module, with a secret that only the second run knows.
            try project.writeStack(
                "dev", module: "modules/gated",
                spec: "variables: {gate: \(project.gate("second"))}\nenvironment: [{name: CANARY, fromEnv: CANARY}]")
            try project.replace(
                "touch ${var.gate}.reached", with: "echo $CANARY; touch ${var.gate}.reached",
                in: "modules/gated/main.tf")
            let second = try project.start(
                "apply", "dev", "--auto-approve", environment: ["CANARY": "canary-of-the-second"])
            try await project.waitForGate("second")
            try project.openGate()
            #expect(try await apply.result().exitCode == 3)
            try project.openGate("second")
            let applied = try await second.result()
            #expect(applied.exitCode == 0, "\(applied.description)")
            let log = try await project.stack("logs", first, "-v")
            #expect(!log.stderr.contains("canary"), "\(log.description)")
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `what a run does after its lock was taken is kept aside, also when its executor dies`() async throws {
        try await withProject { project in
            let (apply, run) = try await startGated(project)
            #expect(try await project.stack("state", "unlock", "dev", "--force", run).exitCode == 0)
            try project.killExecutor(of: run)
            _ = try await apply.result()
            try project.openGate()
            try await eventually("Terraform has ended") {
                processes(withEnvironment: "STACK_RUN_ID", value: run).isEmpty
            }
            #expect(try await project.stack("plan", "dev").exitCode == 0)
            let kept = project.files(below: ".stack/workspaces").first {
                $0.contains("/kept-\(run)/") && $0.hasSuffix("/terraform.tfstate") && !$0.contains(".terraform/")
            }
            let state = try project.read(".stack/workspaces/\(try #require(kept))")
            #expect(state.contains("\"name\": \"last\""), "the state that Terraform wrote at its end")
            #expect(try await project.stack("doctor").stdout.contains("kept-\(run)"))
        }
    }

    @Test func `a run that goes on after its end is named with the process to end`() async throws {
        try await withProject { project in
            try project.writeGated()
            let module = try project.read("modules/gated/main.tf")
            try project.write(module + "\noutput \"place\" {\n  value = path.cwd\n}\n", to: "modules/gated/main.tf")
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            #expect(try await project.stack("state", "unlock", "dev", "--force", run).exitCode == 0)
            let plan = try await project.stack("plan", "dev", "-q", "--lock-timeout", "12s")
            #expect(plan.exitCode == 75, "\(plan.description)")
            #expect(plan.stderr.contains("is held by run `\(run)`, which is over, but its process still works"))
            try project.openGate()
            #expect(try await apply.result().exitCode == 3)
        }
    }

    @Test func `what a dead executor has started is waited for no longer than --lock-timeout says`() async throws {
        try await withProject { project in
            let (apply, run) = try await startGated(project)
            try project.killExecutor(of: run)
            _ = try await apply.result()
            let impatient = try await project.stack("apply", "dev", "--auto-approve", "--lock-timeout", "1s")
            #expect(impatient.exitCode == 75, "\(impatient.description)")
            #expect(impatient.stderr.contains("what it started still works"), "\(impatient.description)")
            #expect(impatient.stderr.contains("error: the stack `dev` is locked by run `\(run)`"))
            let refused = try await project.stack("state", "unlock", "dev")
            #expect(refused.exitCode == 3)
            #expect(refused.stderr.contains("its process has died, but what it started still works (pid "))

            let patient = try project.start("recover")
            try await eventually("it waits") { patient.stderr.contains("waiting for its end") }
            try project.openGate()
            #expect(try await patient.result().exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }
}

extension TestProject {
    /// Terraform stands still at one of its commands until a gate opens, unless the file `unarmed` is there.
    ///
    /// - Parameter folder: a pattern of the folders in which it does.
    fileprivate func hold(
        _ command: String, ignoring signals: String = "", at gate: String = "dev", where folder: String = "*"
    ) throws {
        let gate = self.gate(gate)
        try wrapTerraform(
            """
            case "$PWD" in \(folder)) here=1;; esac
            if test "$1" = \(command) && test -n "$here" && ! test -e \(gate) && ! test -e \(scratch)/unarmed; then
              \(signals.isEmpty ? ":" : "trap '' \(signals)")
              touch \(gate).reached
              until test -e \(gate); do sleep 0.05; done
              \(signals.isEmpty ? ":" : "trap - \(signals)")
            fi
            """)
    }

    /// Runs `stack` where it sees the same files and none of the processes.
    fileprivate func stackInContainer(_ arguments: String...) async throws -> CommandResult {
        try await startInContainer(arguments).result()
    }

    fileprivate func startInContainer(_ arguments: String...) throws -> RunningProcess {
        try startInContainer(arguments)
    }

    private func startInContainer(_ arguments: [String]) throws -> RunningProcess {
        try start(
            "unshare",
            ["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc", try Self.program]
                + arguments)
    }
}
