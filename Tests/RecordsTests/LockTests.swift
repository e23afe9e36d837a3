import Foundation
import JSON
import Records
import RecordsTestSupport
import Testing

struct LockTests {
    @Test(arguments: Engine.allCases)
    func `of twenty that contend one has the lock at a time, and the token only grows`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            let holding = Counter()
            let tokens = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...20 {
                    group.addTask {
                        let records = try await database.records()
                        while true {
                            let result = try await records.acquireLock(stack: "dev", run: "run-\(number)", owner: owner)
                            guard case .success(let lock) = result else {
                                try await Task.sleep(for: .milliseconds(2))
                                continue
                            }
                            await #expect(holding.enter() == 1)
                            await Task.yield()
                            await holding.leave()
                            try await records.releaseLock(lock)
                            return lock.token
                        }
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(tokens.sorted() == Array(1...20))
            #expect(try await records.lockHolder(of: "dev") == nil)
        }
    }

    @Test(arguments: Engine.allCases)
    func `two processes' connections see one lock`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            let other = try await database.records()
            _ = try await records.lock("run-1")
            guard case .failure(let held) = try await other.acquireLock(stack: "dev", run: "run-2", owner: owner) else {
                Issue.record("both hold the lock")
                return
            }
            #expect(held.holder.run == "run-1")
            #expect(held.holder.owner == owner)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a lost lock refuses every write and changes nothing`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.plan("run-1")
            let lock = try await records.lock("run-1")
            try await records.consumePlan(lock: lock, process: [:])
            try await records.takeIn(version("second", serial: 2), lock: lock)
            let holder = try #require(try await records.lockHolder(of: "dev"))
            let taken = try await records.takeOver(holder)
            try await records.endByForce(taken.lock, message: "its lock was taken by force by anna")

            let lost = "the lock of the stack was taken from run `run-1`"
            #expect(await failure { try await records.takeIn(version("third"), lock: lock) } == lost)
            #expect(await failure { try await records.consumePlan(lock: lock, process: [:]) } == lost)
            #expect(
                await failure {
                    try await records.finish(
                        lock: lock, status: .succeeded, message: nil, exitCode: 0, unknownResources: nil)
                } == lost)
            #expect(try await records.run("run-1")?.status == .interrupted)
            let settled = try #require(try await records.newestSettledState(of: "dev"))
            #expect(try await records.bytes(of: settled) == Data("second".utf8))
        }
    }

    @Test(arguments: Engine.allCases)
    func `releasing with an old token leaves the new holder its lock`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            for run in ["run-1", "run-2"] { try await records.begin(run) }
            let old = try await records.lock("run-1")
            try await records.releaseLock(old)
            let new = try await records.lock("run-2")
            try await records.releaseLock(old)
            try await records.releaseAbandonedLock(LockToken(stack: "dev", run: "run-2", token: old.token))
            #expect(try await records.lockHolder(of: "dev")?.token == new.token)
        }
    }

    @Test(arguments: Engine.allCases)
    func `the lock of a run that is applying is not released as abandoned`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.plan("run-1")
            let lock = try await records.lock("run-1")
            try await records.consumePlan(lock: lock, process: [:])
            try await records.releaseAbandonedLock(lock)
            #expect(try await records.lockHolder(of: "dev")?.run == "run-1")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a plan is consumed once`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.plan("run-1")
            let lock = try await records.lock("run-1")
            try await records.consumePlan(lock: lock, process: [:])
            #expect(
                await failure { try await records.consumePlan(lock: lock, process: [:]) }
                    == "run `run-1` is applying and cannot become applying")
        }
    }

    @Test(arguments: Engine.allCases, [RunStatus.succeeded, .failed, .canceled, .interrupted])
    func `of a run that has applied, its view and its secrets are kept`(engine: Engine, status: RunStatus) async throws
    {
        try await withRecords(engine) { records, _ in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.apply("run-1", status: status)
            #expect(try await records.artifact(.planFile, run: "run-1") == nil)
            #expect(try await records.artifact(.view, run: "run-1") == Data("the view".utf8))
            #expect(try await records.artifact(.secrets, run: "run-1") == Data("[]".utf8))
        }
    }

    @Test(arguments: Engine.allCases, [RunStatus.discarded, .stale, .canceled, .superseded])
    func `of a plan that was never applied, only its view is kept`(engine: Engine, status: RunStatus) async throws {
        try await withRecords(engine) { records, _ in
            try await records.plan("run-1")
            try await records.advance(run: "run-1", to: status)
            #expect(try await records.artifact(.secrets, run: "run-1") == nil)
            #expect(try await records.artifact(.view, run: "run-1") == Data("the view".utf8))
        }
    }

    @Test(arguments: Engine.allCases)
    func `a newer plan supersedes the pending one, whose plan file is forgotten`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            try await records.plan("run-1")
            try await records.plan("run-2")
            #expect(try await records.run("run-1")?.status == .superseded)
            #expect(try await records.artifact(.planFile, run: "run-1") == nil)
            #expect(try await records.artifact(.view, run: "run-1") == Data("the view".utf8))
            #expect(try await records.artifact(.planFile, run: "run-2") == Data("the plan".utf8))
        }
    }
}

/// How many are inside at once.
private actor Counter {
    private var count = 0

    func enter() -> Int {
        count += 1
        return count
    }

    func leave() { count -= 1 }
}
