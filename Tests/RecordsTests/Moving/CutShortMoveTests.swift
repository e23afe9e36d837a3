import Foundation
import RecordsTestSupport
import Testing

@testable import Records

/// Moves that end in the middle, or meet another one.
@Suite struct CutShortMoveTests {
    enum Step: Int, CaseIterable { case none, claim, ahead, close, compare, leave, free }

    /// The first steps of a move, as of a process that is killed after them.
    private func begin(_ move: ProjectMove, until step: Step) async throws {
        let steps: [() async throws -> Void] = [
            { _ = try await move.claimTarget(try await move.sourceEntry()) }, { try await move.copyAhead { _ in } },
            { try await move.closeSource() }, { _ = try await move.copyAndCompare { _ in } },
            { try await move.leaveSource() }, { try await move.freeTarget() },
        ]
        for work in steps.prefix(step.rawValue) { try await work() }
    }

    private func isUsable(_ side: ProjectMove.Side) async -> Bool {
        await failure { try await side.records().fill("probe-\(side.place)", prefix: side.place) } == nil
    }

    @Test(arguments: Step.allCases)
    func `after a kill at any step one side at most can be used, and the same move finishes`(step: Step) async throws {
        try await withSides(.sqlite, .postgres) { source, target in
            let records = try await source.records()
            for name in ["dev", "web"] { try await records.fill(name) }
            try await begin(move(source, target), until: step)
            let usable = (source: await isUsable(source), target: step == .none ? false : await isUsable(target))
            switch step {
            case .none, .claim, .ahead: #expect(usable == (true, false))
            case .close, .compare, .leave: #expect(usable == (false, false))
            case .free: #expect(usable == (false, true))
            }
            let extent = try await move(source, target).carryOut()
            #expect((extent == nil) == (step == .free))
            let new = try await target.records()
            #expect(try await new.state(of: "dev") == Data("state".utf8))
            #expect(try await new.stacks().count == (step.rawValue <= Step.ahead.rawValue || step == .free ? 3 : 2))
            #expect(await !isUsable(source))
        }
    }

    @Test(arguments: [Step.claim, .ahead, .close, .compare])
    func `a move that was cut short may go elsewhere instead`(step: Step) async throws {
        try await withSides { source, target in
            try await source.records().fill("dev")
            try await begin(move(source, target), until: step)
            try await withSides { other, _ in
                let extent = try await move(source, other).carryOut()
                #expect(extent?.stacks == 1)
                #expect(try await other.records().state(of: "dev") == Data("state".utf8))
            }
        }
    }

    @Test func `a move that is told to stop leaves the source as it was, and the next one copies only the rest`()
        async throws
    {
        try await withSides { source, target in
            let records = try await source.records()
            for name in ["dev", "web"] { try await records.fill(name) }
            let told = Told()
            let stopped = Task {
                try await move(source, target).carryOut { stack in
                    await told.add(stack)
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
            await #expect(throws: CancellationError.self) { try await stopped.value }
            #expect(await told.stacks == ["dev"])
            try await records.begin("web-3", stack: "web")
            try await records.advance(run: "web-3", to: .failed)
            #expect(try await move(source, target).carryOut { await told.add($0) }?.runs == 5)
            #expect(await told.stacks == ["dev", "web"])
        }
    }

    @Test func `of two moves at a time the later one goes on, and the earlier can do nothing more`() async throws {
        for step in [Step.claim, .ahead, .close, .compare, .leave] {
            try await withSides { source, target in
                try await source.records().fill("dev")
                let earlier = try move(source, target)
                try await begin(earlier, until: step)
                let later = try move(source, target)
                _ = try await later.claimTarget(try await later.sourceEntry())
                let taken = "another `stack database migrate` of this project has begun"
                #expect(await failure { _ = try await earlier.copyAndCompare { _ in } } == taken)
                #expect(await failure { try await earlier.freeTarget() } == taken)
                #expect(try await move(source, target).carryOut()?.stacks == 1)
                #expect(try await target.records().state(of: "dev") == Data("state".utf8))
            }
        }
    }
}
