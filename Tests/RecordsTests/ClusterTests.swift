import JSON
import Records
import RecordsTestSupport
import Testing

struct ClusterTests {
    @Test(arguments: Engine.allCases)
    func `of two stacks that register one handle at once one has it, and the other is told`(
        engine: Engine
    ) async throws {
        try await withRecords(engine) { records, database in
            let locks = try await twoLocks(records)
            for number in 1...10 {
                let refusals = try await withThrowingTaskGroup(of: String?.self) { group in
                    for lock in locks {
                        group.addTask {
                            let own = try await database.records()
                            return await failure { try await own.put("eu-\(number)", "registered", lock) }
                        }
                    }
                    return try await group.reduce(into: [String?]()) { $0.append($1) }
                }
                #expect(refusals.count { $0 == nil } == 1)
                #expect(refusals.contains("the handle `eu-\(number)` belongs to a cluster of another stack"))
                #expect(try await records.clusterHistory(handle: "eu-\(number)").count == 1)
            }
            #expect(try await records.clusters().count == 10)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the handle of a cluster that is gone may be another stack's, and its history goes on`(
        engine: Engine
    ) async throws {
        try await withRecords(engine) { records, _ in
            let locks = try await twoLocks(records)
            try await records.put("eu", "registered", locks[0])
            try await records.put("eu", nil, locks[0])
            #expect(
                await failure { try await records.put("eu", "registered", locks[1]) }
                    == "the handle `eu` belongs to a cluster of another stack")
            try await records.put("eu", "gone", locks[0])
            try await records.put("eu", "registered", locks[1])
            let history = try await records.clusterHistory(handle: "eu")
            #expect(history.map(\.sequence) == [1, 2, 3])
            #expect(history.map(\.change) == ["registered", "gone", "registered"])
            let cluster = try #require(try await records.clusters().first)
            #expect(cluster.stack == "prod")
            #expect(cluster.goneAt == nil)
        }
    }

    private func twoLocks(_ records: Records) async throws -> [LockToken] {
        _ = try await records.stack(named: "prod", orFirst: "prod")
        var locks: [LockToken] = []
        for stack in ["dev", "prod"] {
            try await records.begin("run-\(stack)", stack: stack)
            locks.append(try await records.lock("run-\(stack)", stack: stack))
        }
        return locks
    }
}

extension Records {
    fileprivate func put(_ handle: String, _ change: String?, _ lock: LockToken) async throws {
        try await putCluster(handle: handle, stack: lock.stack, record: [:], change: change, lock: lock)
    }
}
