import Records
import RecordsTestSupport
import Testing

/// A server that was set back to an older copy of itself gives numbers of locks again.
struct SetBackTests {
    @Test(arguments: Engine.allCases)
    func `a run whose number is that of another run's lock by now releases and renews nothing`(
        engine: Engine
    ) async throws {
        try await withRecords(engine) { records, database in
            for run in ["run-1", "run-2"] { try await records.begin(run) }
            let old = try await records.lock("run-1")
            try await records.releaseLock(old)
            try await database.run("UPDATE stack_lock SET token = token - 1")
            let new = try await records.lock("run-2")
            try #require(new.token == old.token)

            try await records.releaseLock(old)
            #expect(try await records.lockHolder(of: "dev")?.run == "run-2")
            try await records.releaseAbandonedLock(old)
            #expect(try await records.lockHolder(of: "dev")?.run == "run-2")
            #expect(try await records.renew(old, phase: "late") == false)
            #expect(
                await failure { try await records.require(old) } == "the lock of the stack was taken from run `run-1`")
            try await records.releaseLock(new)
            #expect(try await records.lockHolder(of: "dev") == nil)
        }
    }
}
