import Foundation
import JSON
import Records
import RecordsTestSupport
import Testing

/// When a plan may be consumed, and what is known of it then.
struct ConsumptionTests {
    @Test(arguments: Engine.allCases, [1, 3])
    func `a plan that was made on another state than the stack has by now is not consumed, and waits on`(
        engine: Engine, base: Int
    ) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("first"), stack: "dev")
            try #require(try await records.apply("run-1", content: "second") == 2)
            try await records.plan("run-2", on: base)
            let lock = try await records.lock("run-2")
            #expect(
                await failure { try await records.consumePlan(lock: lock, base: base, process: ["pid": 2]) }
                    == "the stack has another state by now; nothing was changed")
            let run = try #require(try await records.run("run-2"))
            #expect(run.status == .planned)
            #expect(run.appliedAt == nil)
            #expect(try await records.pendingRuns(stack: "dev").map(\.id) == ["run-2"])
            #expect(try await records.artifact(.planFile, run: "run-2") == Data("the plan".utf8))
        }
    }

    @Test(arguments: Engine.allCases)
    func `when a plan was consumed is known from then on, also when its run is over`(engine: Engine) async throws {
        try await withRecords(engine) { _, database in
            let time = Date(timeIntervalSince1970: 1_000_000_000)
            let records = try await database.records(now: { time })
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.plan("run-1")
            let lock = try await records.lock("run-1")
            #expect(try await records.run("run-1")?.appliedAt == nil)
            try await records.consumePlan(lock: lock, base: 1, process: ["pid": 2])
            let consumed = try #require(try await records.run("run-1"))
            #expect(consumed.status == .applying)
            #expect(consumed.appliedAt == Timestamp.text(time))
            let later = try await database.records(now: { time + 5 })
            try await later.finish(lock, .failed)
            let ended = try #require(try await records.run("run-1"))
            #expect(ended.appliedAt == Timestamp.text(time))
            #expect(ended.endedAt == Timestamp.text(time + 5))
        }
    }
}
