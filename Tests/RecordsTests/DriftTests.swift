import Diagnostics
import Foundation
import JSON
import Records
import RecordsTestSupport
import Synchronization
import Testing

/// What is remembered of looks for drift, and when it is forgotten.
struct DriftTests {
    private static let detail: JSONValue = ["objects": [["address": "a.b"]]]

    /// The stack `dev`, which was applied, and a clock that each transaction reads: a minute later each time.
    private func withApplied(
        _ engine: Engine, _ body: (Records) async throws -> Void
    ) async throws {
        try await withTestDatabase(engine) { database in
            let minutes = Mutex(0)
            let records = try await database.records {
                Date(
                    timeIntervalSince1970: 1_795_000_000 + 60
                        * minutes.withLock {
                            $0 += 1; return Double($0)
                        })
            }
            _ = try await records.stack(named: "dev", orFirst: "dev")
            try await records.addGenesis(version("genesis"), stack: "dev")
            try await records.apply("first")
            try await body(records)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a finding is told with the time since which it is so, until there is another`(engine: Engine) async throws {
        try await withApplied(engine) { records in
            #expect(try await records.drift() == [])
            let first = try await records.look("look-1")
            #expect(first.result == .inSync && first.since == first.checkedAt && first.run == "look-1")
            #expect(try await records.run("look-1")?.status == .succeeded)
            #expect(try await records.run("look-1")?.message == "said")
            #expect(try await records.artifact(.view, run: "look-1") == Data("the view".utf8))
            let second = try await records.look("look-2")
            #expect(second.since == first.since && second.checkedAt > first.checkedAt)

            let drifted = try await records.look("look-3", Self.detail)
            #expect(drifted.result == .drifted && drifted.since == drifted.checkedAt)
            #expect(drifted.detail == Self.detail)
            #expect(try await records.drift() == [drifted])
            #expect(try await records.driftedStacks() == ["dev"])
            #expect(try await records.look("look-4", Self.detail).since == drifted.since)

            let third = try await records.look("look-5")
            #expect(third.result == .inSync && third.since == third.checkedAt && third.detail == nil)
            #expect(try await records.driftedStacks() == [])
            #expect(try await records.look("look-6", Self.detail).since > third.since, "it is another drift")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a time in which nobody could look ends no drift`(engine: Engine) async throws {
        try await withApplied(engine) { records in
            let drifted = try await records.look("look-1", Self.detail)
            try await records.begin("look-2", .drift)
            try await records.advance(run: "look-2", to: .planning)
            let away = try await records.failDriftCheck(
                run: "look-2", stack: "dev", detail: ["reason": "no route"], message: "no route")
            #expect(away.result == .unreachable && away.since == away.checkedAt)
            #expect(try await records.run("look-2")?.status == .failed)
            let still = try await records.recordUnreachable(stack: "dev", run: nil, detail: ["reason": "another"])
            #expect(still.since == away.since && still.run == nil && still.detail == ["reason": "another"])
            #expect(try await records.driftedStacks() == ["dev"], "what was found is there still")
            #expect(try await records.look("look-3", Self.detail).since == drifted.since)
            #expect(try await records.look("look-4").since > still.checkedAt)
        }
    }

    @Test(arguments: Engine.allCases, [RunStatus.succeeded, .failed])
    func `whatever gives the stack another state makes a finding out of date`(
        engine: Engine, status: RunStatus
    ) async throws {
        try await withApplied(engine) { records in
            try await records.look("look-1", Self.detail)
            try await records.apply("second", content: "another", status: status)
            #expect(try await records.drift() == [])
            let again = try await records.look("look-2", Self.detail)
            #expect(again.since == again.checkedAt)
        }
    }

    @Test(arguments: Engine.allCases)
    func `an apply that writes no state and a plan leave a finding, a refresh that finds nothing does not`(
        engine: Engine
    ) async throws {
        try await withApplied(engine) { records in
            let found = try await records.look("look-1", Self.detail)
            try await records.plan("second", on: 2)
            let lock = try await records.lock("second")
            try await records.consumePlan(lock: lock, process: [:])
            try await records.finish(lock, .failed)
            try await records.save("third", .apply)
            #expect(try await records.drift() == [found])
            try await records.save("fourth", .refresh)
            #expect(try await records.drift() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `what is found while the stack is applied, or was meanwhile, is not believed`(engine: Engine) async throws {
        try await withApplied(engine) { records in
            try await records.begin("early", .drift)
            try await records.advance(run: "early", to: .planning)
            try await records.plan("second", on: 2)
            let lock = try await records.lock("second")
            try await records.requireNotApplying("dev")
            try await records.consumePlan(lock: lock, process: [:])
            let applying = "run `second` is being applied: what differs now may be its doing"
            #expect(await failure { try await records.requireNotApplying("dev") } == applying)
            #expect(await failure { _ = try await records.end("early", base: 2, Self.detail) } == applying)
            try await records.takeIn(version("new"), lock: lock)
            try await records.finish(lock, .succeeded)
            #expect(
                await failure { _ = try await records.end("early", base: 2, Self.detail) }
                    == "the stack was given another state meanwhile: what differs may be that run's doing")
            #expect(try await records.run("early")?.status == .planning)
            #expect(try await records.drift() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a look whose end was asked for finds nothing`(engine: Engine) async throws {
        try await withApplied(engine) { records in
            try await records.begin("look-1", .drift)
            try await records.advance(run: "look-1", to: .planning)
            #expect(try await records.requestCancel(run: "look-1", in: [.planning]))
            await #expect(throws: CancellationError.self) { try await records.end("look-1", base: 2, nil) }
            await #expect(throws: CancellationError.self) {
                try await records.failDriftCheck(run: "look-1", stack: "dev", detail: [:], message: "")
            }
            #expect(try await records.drift() == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `looks are kept apart from what was planned and applied, the newest ten of them`(engine: Engine) async throws {
        try await withApplied(engine) { records in
            for number in 10..<25 { try await records.look("look-\(number)") }
            try await records.plan("second", on: 2)
            try await records.prune(stack: "dev", runs: 12, versions: 9)
            let all = try await records.runs(stack: "dev", limit: 99).map(\.id)
            #expect(all == ["second"] + (15..<25).reversed().map { "look-\($0)" } + ["first"])
            #expect(try await records.runs(stack: "dev", without: .drift, limit: 99).map(\.id) == ["second", "first"])
            #expect(try await records.runs(without: .drift, limit: 1).map(\.id) == ["second"])
            try await records.prune(stack: "dev", runs: 2, versions: 9)
            #expect(
                try await records.runs(stack: "dev", limit: 99).map(\.id) == ["second", "look-24", "look-23", "first"])
        }
    }

    @Test(arguments: Engine.pairs)
    func `it moves with its project`(source: Engine, target: Engine) async throws {
        try await withSides(source, target) { from, to in
            let records = try await from.records()
            try await records.fill("dev")
            let found = try await records.look("look-1", Self.detail, base: 2)
            _ = try await move(from, to).carryOut()
            #expect(try await to.records().drift() == [found])
        }
    }
}

extension Records {
    /// A whole look.
    @discardableResult
    fileprivate func look(_ run: String, _ detail: JSONValue? = nil, base: Int? = nil) async throws -> DriftRow {
        try await begin(run, .drift)
        try await advance(run: run, to: .planning)
        let newest = try await newestSettledState(of: "dev")?.sequence
        return try await end(run, base: base ?? newest ?? 0, detail)
    }

    @discardableResult
    fileprivate func end(_ run: String, base: Int, _ detail: JSONValue?) async throws -> DriftRow {
        try await endDriftCheck(
            run: run, stack: "dev", base: base, detail: detail, message: "said", view: Data("the view".utf8))
    }

    /// A plan that has nothing to do.
    fileprivate func save(_ run: String, _ operation: RunOperation) async throws {
        try await begin(run, operation)
        try await advance(run: run, to: .planning)
        try await savePlan(run: run, stack: "dev", status: .unchanged, binding: [:], summary: [:], artifacts: [:])
    }
}
