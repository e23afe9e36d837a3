import Diagnostics
import Records
import RecordsTestSupport
import StateStore
import TestSupport
import Testing

struct LockKeeperTests {
    @Test(arguments: Engine.allCases)
    func `a lock is kept for longer than its lease, and says what its run is at`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let keeper = LockKeeper(records: run.records, lock: run.lock, phase: "checking", lease: .milliseconds(300))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await keeper.keep() }
                var words: Set<String> = []
                try await eventually("it has said three times that it lives") {
                    let holder = try await run.records.lockHolder(of: run.stack.id)
                    if holder?.phase == "checking", let word = holder?.lastWord { words.insert("\(word)") }
                    return words.count >= 3
                }
                try await keeper.begin("applying")
                #expect(try await run.records.lockHolder(of: run.stack.id)?.phase == "applying")
                group.cancelAll()
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `when the database was twice not reached nothing is begun, until it is reached again`(
        engine: Engine
    ) async throws {
        try await withIntake(engine) { run in
            let keeper = LockKeeper(records: run.records, lock: run.lock, phase: "checking")
            try await keeper.begin("checking")
            try await run.database.run("ALTER TABLE stack_lock RENAME TO away")
            try await keeper.begin("laying out")
            let problem = await #expect(throws: Diagnostic.self) { try await keeper.begin("applying") }
            #expect(
                problem?.message == "the database was not reached 2 times in succession to keep the lock of the stack")
            #expect(problem?.outcome == .unavailable)
            // What has begun goes on.
            await keeper.note("applying")
            try await run.database.run("ALTER TABLE away RENAME TO stack_lock")
            try await keeper.begin("applying")
            #expect(try await run.records.lockHolder(of: run.stack.id)?.phase == "applying")
        }
    }

    @Test(arguments: Engine.allCases)
    func `when the lock is another's nothing is begun, and what has begun goes on`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            let keeper = LockKeeper(records: run.records, lock: run.lock, phase: "checking")
            try await keeper.begin("checking")
            let holder = try #require(try await run.records.lockHolder(of: run.stack.id))
            _ = try await run.records.takeOver(holder)
            let problem = await #expect(throws: Diagnostic.self) { try await keeper.begin("applying") }
            #expect(problem?.message == "the lock of the stack was taken from run `run`")
            #expect(problem?.outcome == .refused)
            await keeper.note("recording")
            #expect(try await run.records.lockHolder(of: run.stack.id)?.phase == "checking")
        }
    }
}
