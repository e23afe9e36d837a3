import Foundation
import Glibc
import JSON
import TestSupport
import Testing

@Suite struct InterruptTests {
    @Test func `Ctrl-C during a plan ends it: exit 130, run canceled, nothing left behind`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.holdPlans()
            let terminal = try project.terminal("plan", "dev")
            try await project.waitForGate()
            terminal.interrupt()
            #expect(try await terminal.exitCode() == 130)
            #expect(terminal.text.contains("dev │ canceled: interrupted"), "\(terminal.text)")
            #expect(try await project.status(of: try await project.newestRun()) == "canceled")
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
            #expect(project.files(below: ".stack/workspaces").isEmpty)
            #expect(project.livingProcesses.isEmpty)
        }
    }

    @Test(arguments: [(SIGTERM, Int32(143)), (SIGHUP, Int32(129))])
    func `a signal during a plan ends it with that signal's exit code`(signal: Int32, exitCode: Int32) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.holdPlans()
            let plan = try project.start("plan", "dev")
            try await project.waitForGate()
            plan.send(signal)
            #expect(try await plan.result().exitCode == exitCode)
            #expect(try await project.status(of: try await project.newestRun()) == "canceled")
        }
    }

    @Test func `a plan is cancelled from another process`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.holdPlans()
            let plan = try project.start("plan", "dev")
            try await project.waitForGate()
            let run = try await project.newestRun()
            #expect(try await project.stack("cancel", run).exitCode == 0)
            let result = try await plan.result()
            #expect(result.exitCode == 1)
            #expect(
                result.stderr.hasSuffix("error: run `\(run)` was cancelled by `stack cancel`; nothing was changed\n"))
            #expect(try await project.status(of: run) == "canceled")
        }
    }

    @Test func `the first Ctrl-C during an apply interrupts nothing and says what is being made`() async throws {
        try await withProject { project in
            try project.writeGated()
            let terminal = try project.terminal("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            try await terminal.wait(for: "terraform_data.held: create")
            terminal.interrupt()
            try await terminal.wait(for: "Nothing was interrupted. Still being made:")
            try await terminal.wait(for: "  dev: terraform_data.held")
            try await terminal.wait(
                for: "Wait for the end, or type d and Enter to detach, or press Ctrl-C again to interrupt.")
            try project.openGate()
            #expect(try await terminal.exitCode() == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `d after Ctrl-C detaches: the run goes on and can be followed`() async throws {
        try await withProject { project in
            try project.writeGated()
            let terminal = try project.terminal("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            terminal.interrupt()
            try await terminal.wait(for: "type d and Enter to detach")
            terminal.type("d\n")
            #expect(try await terminal.exitCode() == 130)
            #expect(terminal.text.contains("The run goes on: stack logs \(run) --follow"))
            #expect(try await project.status(of: run) == "applying")
            try project.openGate()
            let followed = try await project.stack("logs", run, "--follow")
            #expect(followed.exitCode == 0)
            #expect(try await project.status(of: run) == "succeeded")
        }
    }

    @Test func `a second Ctrl-C interrupts Terraform once, and what it had not finished is made anew`() async throws {
        try await withProject { project in
            try project.writeGated()
            let terminal = try project.terminal("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            terminal.interrupt()
            try await terminal.wait(for: "type d and Enter to detach")
            terminal.interrupt()
            try await terminal.wait(for: "Interrupting Terraform: it begins nothing new and saves its state.")
            #expect(try await terminal.exitCode() == 130)
            #expect(terminal.text.contains("dev │ canceled: interrupted while it was applied"))
            #expect(try await project.status(of: run) == "canceled")
            // What Terraform saved before it ended, the resource that was being made included: it is tainted.
            #expect(try await project.addresses(of: "dev") == ["terraform_data.first", "terraform_data.held"])
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
            try project.openGate()
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `without a terminal the first SIGINT interrupts nothing either, and the second does`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            try await eventually("the apply shows what is made") {
                apply.stderr.contains("terraform_data.first: Creation complete")
            }
            let run = try await project.newestRun()
            apply.send(SIGINT)
            try await eventually("the apply says what is being made") {
                apply.stderr.contains("Nothing was interrupted. Still being made:\n")
            }
            #expect(apply.isRunning)
            #expect(try await project.status(of: run) == "applying")
            apply.send(SIGINT)
            #expect(try await apply.result().exitCode == 130)
            #expect(try await project.status(of: run) == "canceled")
        }
    }

    @Test func `SIGTERM to the apply interrupts Terraform once and ends with 143`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            apply.send(SIGTERM)
            #expect(try await apply.result().exitCode == 143)
            #expect(try await project.status(of: run) == "canceled")
            #expect(try await project.addresses(of: "dev").contains("terraform_data.first"))
        }
    }

    @Test func `the executor minds no SIGHUP, and SIGTERM makes it interrupt Terraform`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            let executor = try #require(
                processes(withEnvironment: "STACK_RUN_ID", value: run).first {
                    arguments(of: $0).contains("execute")
                })
            kill(executor, SIGHUP)
            kill(executor, SIGTERM)
            #expect(try await apply.result().exitCode == 1)
            // Had it died of the first, the run would be `interrupted`.
            #expect(try await project.status(of: run) == "canceled")
            #expect(try await project.addresses(of: "dev").contains("terraform_data.first"))
            #expect(project.livingProcesses.isEmpty)
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `whoever follows a run can stop that without touching it`(signal: Int32, exitCode: Int32) async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            let follower = try project.start("logs", run, "--follow")
            try await eventually("the follower shows what was made") {
                follower.stderr.contains("terraform_data.first: Creation complete")
            }
            follower.send(signal)
            #expect(try await follower.result().exitCode == exitCode)
            #expect(try await project.status(of: run) == "applying")
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.status(of: run) == "succeeded")
        }
    }

    @Test func `a terminal that is closed does not touch the apply`() async throws {
        try await withProject { project in
            try project.writeGated()
            let terminal = try project.terminal("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            terminal.close()
            #expect(try await terminal.exitCode() == 129)
            #expect(try await project.status(of: run) == "applying")
            try project.openGate()
            #expect(try await project.stack("logs", run, "--follow").exitCode == 0)
            #expect(try await project.status(of: run) == "succeeded")
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `no further stack is begun after Ctrl-C`() async throws {
        try await withProject { project in
            try project.writeGated("a")
            try project.writeGated("b")
            let terminal = try project.terminal("apply", "--all", "--new", "--auto-approve", "--parallelism", "1")
            try await project.waitForGate("a")
            terminal.interrupt()
            try await terminal.wait(for: "type d and Enter to detach")
            try project.openGate("a")
            try project.openGate("b")
            #expect(try await terminal.exitCode() == 3)
            #expect(terminal.text.contains("b      not started"), "\(terminal.text)")
            #expect(try await project.addresses(of: "a").count == 3)
            #expect(try await project.addresses(of: "b").isEmpty)
        }
    }
}
