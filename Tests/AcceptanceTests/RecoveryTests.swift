import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Kills whatever works on an apply, at any point of it, and looks whether anything was lost in silence.
@Suite struct RecoveryTests {
    @Test func `the terminal's apply killed: the executor goes on and the run succeeds`() async throws {
        try await withProject { project in
            let stack = try MarkedStack(project)
            let (run, terminal) = try await stack.startApply()
            try await eventually("a first mark") { !stack.marks.isEmpty }
            terminal.send(SIGKILL)
            #expect(try await terminal.result().exitCode == 128 + SIGKILL)
            try stack.goOn()

            let logs = try await project.stack("logs", run, "--follow")
            #expect(logs.exitCode == 0, "\(logs.description)")
            #expect(try await project.status(of: run) == "succeeded")
            #expect(stack.marks.sorted() == MarkedStack.items)
            try await stack.expectNothingLeft(of: run)
            try await stack.expectApplicable()
            #expect(stack.marks.count == MarkedStack.items.count)
        }
    }

    /// Where in a run the kill falls.
    enum Point: Hashable, Sendable, CustomTestStringConvertible {
        /// The executor has been started.
        case started
        /// The plan was consumed.
        case applying
        /// So many marks have been made.
        case marks(Int)

        static let all: [Point] = [.started, .applying] + (1...8).map { .marks($0) }

        /// With how many marks the run stands still, so that it cannot end before it is killed.
        var count: Int { if case .marks(let count) = self { count } else { 1 } }

        var testDescription: String {
            switch self {
            case .started: "started"
            case .applying: "applying"
            case .marks(let count): "\(count) marks"
            }
        }

        func isReached(_ stack: MarkedStack, _ run: String) async throws -> Bool {
            switch self {
            case .started: true
            case .applying: stack.project.terraform(of: run) != nil
            case .marks(let count): stack.marks.count >= count
            }
        }
    }

    @Test(arguments: Point.all, [false, true])
    func `the executor killed: every mark is in the state or reported`(
        at point: Point, withTerraform: Bool
    ) async throws {
        try await withProject { project in
            let stack = try MarkedStack(project, standingStillAt: point.count)
            let (run, terminal) = try await stack.startApply()
            let executor = try await project.executor(of: run)
            try await eventually("\(point)") { try await point.isReached(stack, run) }
            kill(executor, SIGKILL)
            if withTerraform, let terraform = project.terraform(of: run) { kill(terraform, SIGKILL) }
            let ended = try await terminal.result()
            #expect(ended.exitCode != 0, "\(ended.description)")
            try stack.goOn()

            let recovered = try await project.stack("recover")
            #expect(recovered.exitCode == 0, "\(recovered.description)")
            let status = try await project.status(of: run)
            switch point {
            // At its very start an executor has consumed its plan or not; what was not begun is still good.
            case .started where stack.marks.isEmpty: #expect(["planned", "interrupted"].contains(status))
            case .started: #expect(["succeeded", "interrupted"].contains(status))
            // Terraform that lives on comes to its end.
            default: #expect(status == (withTerraform ? "interrupted" : "succeeded"))
            }
            try await stack.expectNothingLeft(of: run)

            let (state, unknown) = try await stack.accounted(for: run)
            let marked = stack.marks.map { "terraform_data.item[\"\($0)\"]" }
            #expect(Set(marked).subtracting(state).subtracting(unknown) == [], "\(recovered.description)")
            for address in unknown { #expect(recovered.stderr.contains("`\(address)` is unknown"), "\(address)") }
            if status == "succeeded" { #expect(unknown == [] && state.sorted() == marked.sorted()) }
            // Terraform makes anew what it does not know, and nothing else.
            try await stack.expectApplicable()
            for item in MarkedStack.items {
                let address = "terraform_data.item[\"\(item)\"]"
                let isTwiceAllowed = unknown.contains(address) || !state.contains(address)
                #expect(stack.marks.filter { $0 == item }.count <= (isTwiceAllowed ? 2 : 1), "\(item)")
            }
        }
    }

    @Test func `a run whose processes still live is waited for and never run twice`() async throws {
        try await withProject { project in
            let stack = try MarkedStack(project)
            let (run, terminal) = try await stack.startApply()
            let executor = try await project.executor(of: run)
            try await eventually("a first mark") { !stack.marks.isEmpty }
            kill(executor, SIGKILL)
            let ended = try await terminal.result()
            #expect(ended.stderr.contains("the process that applies run `\(run)` has died"), "\(ended.description)")

            // Two at once: one recovers, the other finds it recovered.
            let plans = [try project.start("plan", "dev"), try project.start("plan", "dev")]
            for plan in plans {
                try await eventually("the plan waits") { plan.stderr.contains("what it started still works") }
            }
            #expect(try await project.status(of: run) == "applying")
            try stack.goOn()
            for plan in plans {
                let result = try await plan.result()
                #expect(result.exitCode == 0, "\(result.description)")
            }
            #expect(stack.marks.sorted() == MarkedStack.items)
            #expect(try await project.addresses(of: "dev").sorted() == MarkedStack.addresses)
            #expect(try await project.status(of: run) == "succeeded")
            try await stack.expectNothingLeft(of: run)
        }
    }

    @Test func `a run that is at work is left alone by recover and by a second apply`() async throws {
        try await withProject { project in
            let stack = try MarkedStack(project)
            let (run, terminal) = try await stack.startApply()
            try await eventually("a first mark") { !stack.marks.isEmpty }
            let recovered = try await project.stack("recover")
            #expect(recovered.stderr.contains("Run \(run) of `dev`: it is at work."), "\(recovered.description)")
            let second = try await project.stack("apply", "dev", "--auto-approve", "--new")
            #expect(second.exitCode == 75, "\(second.description)")
            #expect(second.stderr.contains("is locked by run `\(run)` since"), "\(second.description)")
            try stack.goOn()
            #expect(try await terminal.result().exitCode == 0)
            #expect(stack.marks.sorted() == MarkedStack.items)
        }
    }

    @Test func `Terraform killed: the run is not over before what it started is`() async throws {
        try await withProject { project in
            // Both that Terraform makes at a time stand still, so that no third begins and has no mark yet.
            let stack = try MarkedStack(project, then: "echo late-${each.key} >> '${var.marks}.late'")
            let (run, terminal) = try await stack.startApply()
            try await eventually("two marks") { stack.marks.count >= 2 }
            kill(try #require(project.terraform(of: run)), SIGKILL)
            // The shells go on without their parent, and the run waits for them.
            try await eventually("the run waits") { terminal.stderr.contains("waiting") }
            #expect(try await project.status(of: run) == "applying")
            try stack.goOn()
            let ended = try await terminal.result()
            #expect(ended.exitCode == 1, "\(ended.description)")
            let late = try project.read(project.scratch + "/marks.late").split(separator: "\n").map(String.init)
            let expected = stack.marks.map { "late-\($0)" }
            #expect(late.sorted() == expected.sorted())
            #expect(try await project.status(of: run) == "failed")
            try await stack.expectNothingLeft(of: run)
            let (state, unknown) = try await stack.accounted(for: run)
            let begun = stack.marks.map { "terraform_data.item[\"\($0)\"]" }
            #expect(Set(begun).subtracting(state) == Set(unknown))
            for address in unknown { #expect(ended.stderr.contains("`\(address)` is unknown"), "\(ended.description)") }
        }
    }

    @Test func `a waiting apply takes over when the one before it dies`() async throws {
        try await withProject { project in
            let stack = try MarkedStack(project)
            let (run, terminal) = try await stack.startApply()
            let executor = try await project.executor(of: run)
            try await eventually("a first mark") { !stack.marks.isEmpty }
            let second = try project.start("apply", "dev", "--new", "--auto-approve", "--lock-timeout", "2m")
            try await eventually("the second one waits") { second.stderr.contains(run) }
            kill(executor, SIGKILL)
            _ = try await terminal.result()
            try stack.goOn()
            let result = try await second.result()
            #expect(result.exitCode == 0, "\(result.description)")
            #expect(result.stderr.contains("run `\(run)` had died while it applied"), "\(result.description)")
            #expect(try await project.status(of: run) == "succeeded")
            #expect(stack.marks.sorted() == MarkedStack.items)
            try await stack.expectNothingLeft(of: run)
            try await stack.expectApplicable()
        }
    }
}
