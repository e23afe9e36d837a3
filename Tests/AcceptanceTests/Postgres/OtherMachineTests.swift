import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// What one machine sees, and may do, of what another does with the same database.
@Suite struct OtherMachineTests {
    @Test func `a run is seen, followed and shown in the locks from another machine`() async throws {
        try await withTwo { here, there, stack in
            let run = try await plannedRun(here)
            let listed = try #require(try await there.runs(of: "dev").first)
            #expect(listed["id"]?.stringValue == run && listed["status"] == "planned", "\(listed.text)")
            #expect(listed["origin"]?["user"] == "tester", "\(listed.text)")
            let shown = try await there.stack("run", run)
            #expect(shown.stdout.hasSuffix("\nPlan: 8 to add, 0 to change, 0 to destroy.\n"), "\(shown.description)")

            let terminal = try here.start("apply", "--run", run, "--new", "--auto-approve")
            try await eventually("a first mark") { !stack.marks.isEmpty }
            let executor = try await here.executor(of: run)
            let lock = try #require(try await there.stack("state", "locks", "-o", "json").json.arrayValue?.first)
            #expect(
                [lock["run"], lock["host"], lock["user"], lock["phase"]] == [
                    .string(run), .string(ProcessInfo.processInfo.hostName), "tester", "applying",
                ], "\(lock.text)")
            #expect(lock["pid"]?.text == "\(executor)" && lock["expired"] == false && lock["lastWord"] != nil)

            let follower = try there.start("logs", run, "--follow")
            try await eventually("the follower is there") { follower.stderr.contains("applying") }
            let left = try await there.stack("recover")
            #expect(
                left.exitCode == 0 && left.stderr.contains("whether it is at work cannot be told"),
                "\(left.description)")
            #expect(follower.isRunning)
            try stack.goOn()
            let followed = try await follower.result()
            #expect(followed.exitCode == 0, "\(followed.description)")
            #expect(followed.filtered(there.filter).stderr.hasSuffix("dev │ succeeded (<duration>)\n"))
            #expect(try await terminal.result().exitCode == 0)
            try await stack.expectWhole(run)
            #expect(try await there.addresses(of: "dev").sorted() == MarkedStack.addresses)
        }
    }

    @Test func `a run is approved and canceled from another machine`() async throws {
        try await withTwo(spec: "approval: true") { here, there, stack in
            let first = try await plannedRun(here)
            #expect(try await here.status(of: first) == "awaitingApproval")
            let approved = try await there.stack("approve", first)
            #expect(approved.exitCode == 0, "\(approved.description)")
            #expect(try await here.status(of: first) == "planned")
            let shown = try await here.stack("run", first, "-o", "json").json
            #expect(
                shown["approval"]?["user"] == "user-of-elsewhere" && shown["approval"]?["host"] == "elsewhere",
                "\(shown.text)")

            let terminal = try here.start("apply", "--run", first, "--new", "--auto-approve")
            try await eventually("a first mark") { !stack.marks.isEmpty }
            let canceled = try await there.stack("cancel", first)
            #expect(canceled.exitCode == 0, "\(canceled.description)")
            try await eventually("Terraform is interrupted") {
                terminal.stderr.contains("nterrupt") || !terminal.isRunning
            }
            try stack.goOn()
            #expect(try await terminal.result().exitCode == 1)
            #expect(try await there.status(of: first) == "canceled")
            try await stack.expectNothingLeft(of: first)
            #expect(try await there.addresses(of: "dev").count == stack.marks.count)
        }
    }

    @Test func `a plan is applied on the machine that made it, and another one is told where that is`() async throws {
        try await withTwo { here, there, stack in
            let run = try await plannedRun(here)
            let refused = try await there.stack("apply", "--run", run, "--new", "--auto-approve")
            #expect(refused.exitCode == 3, "\(refused.description)")
            let host = ProcessInfo.processInfo.hostName
            #expect(
                refused.stderr.hasPrefix(
                    "error: run `\(run)` was planned on `\(host)`, in `\(here.root)/.stack/workspaces/"),
                "\(refused.description)")
            #expect(stack.marks == [])
            try stack.goOn()
            #expect(try await here.status(of: run) == "planned")
            let applied = try await here.stack("apply", "--run", run, "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            try await stack.expectWhole(run)
        }
    }

    @Test func `whoever applies a new stack is told which server will keep its state`() async throws {
        try await withTwo { here, _, _ in
            let refused = try await here.stack("apply", "dev", "--auto-approve")
            #expect(refused.exitCode == 3, "\(refused.description)")
            let server = try #require(here.environment["STACK_DATABASE_URL"]).replacing("stack@", with: "")
            #expect(refused.stderr.contains("hint: Give `--new` to keep it in \(server);"), "\(refused.description)")
        }
    }

    /// Gives the body a project and its clone on another machine.
    private func withTwo(
        spec: String = "", _ body: (_ here: TestProject, _ there: TestProject, MarkedStack) async throws -> Void
    ) async throws {
        try await withDatabase { database in
            try await withSharedProject(at: database) { here in
                let stack = try MarkedStack(here)
                if !spec.isEmpty {
                    try here.replace("spec:\n", with: "spec:\n  \(spec)\n", in: "stacks/dev.yaml")
                }
                let first = try await here.stack("runs")
                try #require(first.exitCode == 0, "\(first.description)")
                try await withClone(of: here, on: "elsewhere") { try await body(here, $0, stack) }
            }
        }
    }
}
