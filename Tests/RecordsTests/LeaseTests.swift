import Diagnostics
import Foundation
import JSON
import Records
import RecordsTestSupport
import TestSupport
import Testing

/// When a lock counts for nothing any more, and what its old holder can do then.
struct LeaseTests {
    private static let short = Duration.milliseconds(1)

    @Test(arguments: Engine.allCases)
    func `a lock whose holder is silent for longer than its lease is taken over, and not before`(
        engine: Engine
    ) async throws {
        try await withRecords(engine) { records, database in
            for run in ["run-1", "run-2"] { try await records.begin(run) }
            let other = try await database.records()
            let old = try await records.lock("run-1", lease: .seconds(600))
            #expect(await heldRun { _ = try await other.lock("run-2") } == "run-1")
            #expect(try await records.lockHolder(of: "dev")?.hasExpired == false)
            try await database.run("UPDATE stack_lock SET expires_at = expires_at - 600100")
            #expect(try await other.lock("run-2").token == old.token + 1)
            #expect(try await records.lockHolder(of: "dev")?.run == "run-2")
        }
    }

    @Test(arguments: Engine.allCases)
    func `whoever was taken over for being silent can write nothing any more`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.apply("run-0", content: "second", status: .failed)
            for run in ["run-1", "run-2"] { try await records.plan(run, on: 2) }
            let old = try await records.lock("run-1", lease: Self.short)
            let base = try #require(try await records.newestSettledState(of: "dev"))
            try await untilExpired(records)
            let new = try await database.records().lock("run-2")
            let before = try await rows(database)

            let writes: [(String, () async throws -> Void)] = [
                ("require", { try await records.require(old) }),
                ("consumePlan", { try await records.consumePlan(lock: old, process: [:]) }),
                ("takeIn", { try await records.takeIn(version("late"), lock: old) }),
                ("finish", { try await records.finish(old, .succeeded) }),
                ("advance", { try await records.advance(run: "run-1", to: .discarded, under: old) }),
                ("setWorkspace", { try await records.setWorkspace("/late", run: "run-1", under: old) }),
                (
                    "replaceArtifact",
                    { try await records.replaceArtifact(.secrets, with: Data(), run: "run-1", under: old) }
                ),
                ("confirm", { try await records.confirm(base, lock: old) }),
                (
                    "putCluster",
                    {
                        try await records.putCluster(
                            handle: "eu", stack: "dev", record: [:], change: "registered", lock: old)
                    }
                ),
                ("endByForce", { try await records.endByForce(old, message: "late") }),
            ]
            for (name, write) in writes {
                #expect(await failure(write) == "the lock of the stack was taken from run `run-1`", "\(name)")
            }
            #expect(try await records.renew(old, phase: "late") == false)
            try await records.releaseLock(old)
            try await records.releaseAbandonedLock(old)
            #expect(try await rows(database) == before)
            try await records.consumePlan(lock: new, process: [:])
        }
    }

    @Test(arguments: Engine.allCases)
    func `the lock of a run that applies is not taken over however long it is silent`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.plan("run-1")
            try await records.begin("run-2")
            let lock = try await records.lock("run-1", lease: Self.short)
            try await records.consumePlan(lock: lock, process: [:])
            try await database.run("UPDATE stack_lock SET renewed_at = 0, expires_at = 1")
            let holder = try #require(try await records.lockHolder(of: "dev"))
            #expect(holder.hasExpired)
            #expect(await heldRun { _ = try await records.lock("run-2") } == "run-1")
            try await records.takeIn(version("second"), lock: lock)
            try await records.finish(lock, .succeeded)
            _ = try await records.lock("run-2")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a lock that is renewed is held on, and says what its run is at`(engine: Engine) async throws {
        try await withRecords(engine) { records, _ in
            for run in ["run-1", "run-2"] { try await records.begin(run) }
            let lock = try await records.lock("run-1", lease: Self.short)
            try await untilExpired(records)
            let first = try #require(try await records.lockHolder(of: "dev")?.lastWord)
            #expect(try await records.renew(lock, phase: "checking", lease: .seconds(60)))
            let holder = try #require(try await records.lockHolder(of: "dev"))
            #expect(!holder.hasExpired)
            #expect(holder.phase == "checking")
            #expect(try #require(holder.lastWord) > first)
            #expect(await heldRun { _ = try await records.lock("run-2") } == "run-1")
        }
    }

    @Test(arguments: Engine.allCases, [false, true])
    func `a state is changed by hand past a silent holder only while its run does not apply`(
        engine: Engine, isApplying: Bool
    ) async throws {
        try await withRecords(engine) { records, database in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.plan("run-1")
            let lock = try await records.lock("run-1")
            let base = try #require(try await records.newestSettledState(of: "dev"))
            func change(_ run: String) async -> String? {
                await heldRun {
                    try await records.change(
                        stateOf: "dev", to: version("pushed"), from: base, by: .new(run, .push, origin),
                        message: "pushed", secrets: Data())
                }
            }
            #expect(await change("push-1") == "run-1")
            if isApplying { try await records.consumePlan(lock: lock, process: [:]) }
            try await database.run("UPDATE stack_lock SET expires_at = 1")
            if isApplying {
                #expect(await change("push-2") == "run-1")
                try await records.takeIn(version("second"), lock: lock)
            } else {
                #expect(await change("push-2") == nil)
                #expect(await failure { try await records.consumePlan(lock: lock, process: [:]) } != nil)
                #expect(try await records.lockHolder(of: "dev") == nil)
            }
            #expect(try await records.stateVersions(of: "dev").count == 2)
        }
    }

    /// A file has no clock but that of its machine; see the next one for a server.
    @Test func `in a file a lease counts by the clock of whoever looks`() async throws {
        try await withRecords(.sqlite) { records, database in
            for run in ["run-1", "run-2"] { try await records.begin(run) }
            let lock = try await records.lock("run-1")
            let ahead = try await database.records(now: { Date() + 61 })
            #expect(try await ahead.lock("run-2").token == lock.token + 1)
        }
    }

    @Test func `on a server a lease counts by its clock, whatever the clocks of others say`() async throws {
        try await withRecords(.postgres) { records, database in
            for run in ["run-1", "run-2"] { try await records.begin(run) }
            let behind = try await database.records(now: { Date() - 1_000_000 })
            _ = try await behind.lock("run-1")
            let ahead = try await database.records(now: { Date() + 1_000_000 })
            #expect(await heldRun { _ = try await ahead.lock("run-2") } == "run-1")
            let word = try #require(try await ahead.lockHolder(of: "dev")?.lastWord)
            #expect(abs(word.timeIntervalSinceNow) < 60)
            try await database.run("UPDATE stack_lock SET expires_at = 1")
            _ = try await behind.lock("run-2")
        }
    }

    private func untilExpired(_ records: Records) async throws {
        try await eventually("the lease is over") { try await records.lockHolder(of: "dev")?.hasExpired == true }
    }

    private func rows(_ database: TestDatabase) async throws -> String {
        try await database.run(
            """
            SELECT * FROM stack_lock; SELECT * FROM run ORDER BY id; SELECT * FROM state_version ORDER BY sequence;
            SELECT run, kind FROM run_artifact ORDER BY run, kind; SELECT * FROM cluster
            """)
    }
}

/// The run that holds the lock which some work wants; nil when the work is done.
func heldRun(_ work: () async throws -> Void) async -> String? {
    do {
        try await work()
        return nil
    } catch let held as HeldLock {
        return held.holder.run
    } catch {
        return "\(error)"
    }
}
