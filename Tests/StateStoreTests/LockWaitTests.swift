import Diagnostics
import Foundation
import Records
import RecordsTestSupport
import StateStore
import Testing

struct LockWaitTests {
    @Test(arguments: Engine.allCases)
    func `a held lock is refused at once with its holder when nobody wants to wait`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            do {
                _ = try await run.store.lock(stack: run.stack, run: "other", owner: owner, timeout: .zero) { _, _ in }
                Issue.record("the lock was given twice")
            } catch let problem as Diagnostic {
                let holder = try #require(try await run.records.lockHolder(of: run.stack.id))
                #expect(problem.message == "the stack `dev` is locked by run `run` since \(holder.since) (me)")
                #expect(problem.outcome == .unavailable)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a lock that becomes free while it is waited for is taken`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            var looks: [Bool] = []
            let token = try await run.store.lock(
                stack: run.stack, run: "other", owner: owner, timeout: .seconds(30), pollInterval: .milliseconds(1)
            ) { holder, isFirst in
                #expect(holder.run == "run")
                looks.append(isFirst)
                if looks.count == 3 { try await run.records.releaseLock(run.lock) }
            }
            #expect(looks == [true, false, false])
            #expect(token.token == run.lock.token + 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `nobody waits for a holder that has been silent for too long and does not apply`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try await run.records.releaseLock(run.lock)
            try await run.records.begin(planned: "other", stack: run.stack.id)
            _ = try await run.records.acquireLock(stack: run.stack.id, run: "other", owner: owner).get()
            #expect(try await run.records.lockHolder(of: run.stack.id)?.mayBeTakenOver == false)
            #expect(try await waiting(run) == ["other"])
            try await run.database.run("UPDATE stack_lock SET expires_at = 1")
            #expect(try await run.records.lockHolder(of: run.stack.id)?.mayBeTakenOver == true)
            #expect(try await waiting(run) == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a run that applies is waited for however long it has been silent`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            try await run.database.run("UPDATE stack_lock SET expires_at = 1")
            let holder = try #require(try await run.records.lockHolder(of: run.stack.id))
            #expect(holder.hasExpired)
            #expect(!holder.mayBeTakenOver)
            #expect(try await waiting(run) == ["run"])
        }
    }

    /// The runs that are waited for, until the first look has told of one.
    private func waiting(_ run: Intake) async throws -> [String] {
        var runs: [String] = []
        do {
            try await run.store.waitUntilUnlocked(run.stack, timeout: .seconds(30)) { holder, _ in
                runs.append(holder.run)
                throw CancellationError()
            }
        } catch is CancellationError {}
        return runs
    }

    @Test(arguments: Engine.allCases)
    func `a stack without a state begins with one whose lineage is its id, once`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            #expect(run.base.lineage == run.stack.id)
            #expect(run.base.serial == 0)
            let again = try await run.store.base(of: run.stack, terraformVersion: "1.12.0")
            #expect(again == run.base)
        }
    }
}
