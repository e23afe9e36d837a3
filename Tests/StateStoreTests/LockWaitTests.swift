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
    func `a stack without a state begins with one whose lineage is its id, once`(engine: Engine) async throws {
        try await withIntake(engine) { run in
            #expect(run.base.lineage == run.stack.id)
            #expect(run.base.serial == 0)
            let again = try await run.store.base(of: run.stack, terraformVersion: "1.12.0")
            #expect(again == run.base)
        }
    }
}
