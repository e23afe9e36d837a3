import Foundation
import JSON
import Records
import RecordsTestSupport
import Testing

/// Twenty that want the same at once, each with connections of its own, as processes have.
struct ManyAtOnceTests {
    @Test(arguments: Engine.allCases)
    func `of many that meet a database first all open the same one`(engine: Engine) async throws {
        try await withTestDatabase(engine) { database in
            let ids = try await atOnce { _ in try await database.open().id }
            #expect(Set(ids).count == 1)
            #expect(try await database.run("SELECT version FROM schema_version ORDER BY version") == "1\n2\n3\n4\n5")
        }
    }

    @Test(arguments: Engine.allCases)
    func `of many that meet a stack first all get the same one`(engine: Engine) async throws {
        try await withTestDatabase(engine) { database in
            _ = try await database.records()
            let rows = try await atOnce { number in
                try await database.records().stack(named: "dev", orFirst: "id-\(number)")
            }
            #expect(Set(rows).count == 1)
            #expect(try await database.run("SELECT COUNT(*) FROM stack_lock") == "1")
        }
    }

    @Test(arguments: Engine.allCases)
    func `of plans that are saved at once exactly one stays to be applied`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await records.addGenesis(version("first"), stack: "dev")
            _ = try await atOnce { try await database.records().plan("run-\($0)") }
            #expect(try await records.pendingRuns(stack: "dev").count == 1)
            let runs = try await records.runs(stack: "dev", limit: 99)
            #expect(runs.count { $0.status == .superseded } == 19)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a plan that many want to apply is consumed by one`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await records.plan("run")
            let lock = try await records.lock("run")
            let refusals = try await atOnce { _ in
                let own = try await database.records()
                return await failure { try await own.consumePlan(lock: lock, process: [:]) }
            }
            #expect(refusals.count { $0 == nil } == 1)
            #expect(refusals.count { $0 == "run `run` is applying and cannot become applying" } == 19)
        }
    }

    @Test(arguments: Engine.allCases)
    func `events that many append to one run are all kept, without gaps and each in its order`(
        engine: Engine
    ) async throws {
        try await withRecords(engine) { records, database in
            try await records.begin("run")
            _ = try await atOnce { number in
                let own = try await database.records()
                for round in 1...5 {
                    try await own.append(
                        events: [("now", "\(number)", .number(.init(round))), ("now", "\(number)", "and")], run: "run")
                }
            }
            let events = try await records.events(run: "run")
            #expect(events.map(\.sequence) == Array(1...200))
            for number in 1...20 {
                let own = events.filter { $0.type == "\(number)" }
                #expect(own.compactMap(\.body.integerValue) == Array(1...5))
            }
            // What was appended at once stands together.
            #expect(stride(from: 0, to: 200, by: 2).allSatisfy { events[$0].type == events[$0 + 1].type })
        }
    }

    @Test(arguments: Engine.allCases)
    func `states that many runs of other stacks take in at once are each kept`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            let sequences = try await atOnce { number in
                let own = try await database.records()
                let stack = try await own.stack(named: "stack-\(number)", orFirst: "stack-\(number)").id
                try await own.addGenesis(version("first"), stack: stack)
                try await own.plan("run-\(number)", stack: stack)
                let lock = try await own.lock("run-\(number)", stack: stack)
                try await own.consumePlan(lock: lock, process: [:])
                let sequence = try await own.takeIn(version("state \(number)"), lock: lock)
                try await own.finish(lock, .succeeded)
                return sequence
            }
            #expect(sequences == Array(repeating: 2, count: 20))
            for number in 1...20 {
                let kept = try #require(try await records.newestSettledState(of: "stack-\(number)"))
                #expect(String(decoding: try await records.bytes(of: kept), as: UTF8.self) == "state \(number)")
            }
        }
    }

    private func atOnce<Value: Sendable>(
        _ work: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for number in 1...20 { group.addTask { try await work(number) } }
            return try await group.reduce(into: [Value]()) { $0.append($1) }
        }
    }
}
