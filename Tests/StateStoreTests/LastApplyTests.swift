import Diagnostics
import Foundation
import Records
import RecordsTestSupport
import StateStore
import SystemPackage
import Testing

/// What is noted beside a shared database of what was applied last, and when the database has forgotten it.
struct LastApplyTests {
    @Test(arguments: [RunStatus.succeeded, .failed, .canceled, .interrupted])
    func `an apply whose plan the database knows to be consumed is not forgotten, under way or over`(
        status: RunStatus
    ) async throws {
        try await withNotes { run, store in
            try note("run", of: run, in: store)
            #expect(try store.lastApply(to: run.stack.id)?.run == "run")
            #expect(try await store.forgottenApply(to: run.stack.id)?.run == nil)
            try await run.records.finish(
                lock: run.lock, status: status, message: nil, exitCode: nil, unknownResources: nil)
            #expect(try await store.forgottenApply(to: run.stack.id)?.run == nil)
            #expect(try await store.base(of: run.stack, terraformVersion: "1.11.4") == run.base)
        }
    }

    @Test(arguments: [nil, RunStatus.superseded, .discarded, .stale, .canceled])
    func `an apply whose plan was never consumed is forgotten, whatever became of the plan`(
        status: RunStatus?
    ) async throws {
        try await withNotes { run, store in
            try await run.records.begin(planned: "run-2", stack: run.stack.id)
            if let status { try await run.records.advance(run: "run-2", to: status) }
            try note("run-2", of: run, in: store)
            let forgotten = try #require(try await store.forgottenApply(to: run.stack.id))
            #expect(forgotten.run == "run-2")
            #expect(forgotten.baseSequence == run.base.sequence)
            #expect(forgotten.baseDigest == run.base.digest)
            #expect([forgotten.workspace, forgotten.workingFolder] == ["/workspaces/0", "app"])
            let problem = await #expect(throws: Diagnostic.self) {
                _ = try await store.base(of: run.stack, terraformVersion: "1.11.4")
            }
            #expect(problem?.outcome == .refused)
            #expect(problem?.message.hasPrefix("run `run-2` was applied to `dev` on this machine, and") == true)
        }
    }

    @Test func `an apply whose run is no longer kept is not forgotten, and one that is newer than what is kept is`()
        async throws
    {
        try await withNotes { run, store in
            try note("run", of: run, in: store)
            try await run.records.finish(
                lock: run.lock, status: .succeeded, message: nil, exitCode: 0, unknownResources: nil)
            try await run.records.begin(planned: "run-2", stack: run.stack.id)
            try await run.records.prune(stack: run.stack.id, runs: 1, versions: 1)
            try #require(try await run.records.run("run") == nil)
            try #require(try await run.records.oldestRun(of: run.stack.id)?.id == "run-2")
            #expect(try await store.forgottenApply(to: run.stack.id)?.run == nil)
            try note("run-3", of: run, in: store)
            #expect(try await store.forgottenApply(to: run.stack.id)?.run == "run-3")
        }
    }

    @Test func `what was noted of another database says nothing of this one`() async throws {
        try await withNotes { run, store in
            try note("run-2", of: run, in: store)
            #expect(try await store.forgottenApply(to: run.stack.id)?.run == "run-2")
            try await withTestDatabase(.postgres) { other in
                let records = try await other.records()
                _ = try await records.stack(named: "dev", orFirst: run.stack.id)
                let elsewhere = StateStore(records: records, notes: notes(run))
                #expect(try elsewhere.lastApply(to: run.stack.id)?.run == nil)
                #expect(try await elsewhere.forgottenApply(to: run.stack.id)?.run == nil)
            }
        }
    }

    @Test func `the state that an apply left is noted sealed, and a half-written one is not`() async throws {
        try await withNotes { run, store in
            try note("run", of: run, in: store)
            let whole = state(run, serial: 1, resources: ["held"])
            try run.write(whole.dropLast(9))
            try store.noteEnd(of: run.lock, in: run.folder)
            var last = try #require(try store.lastApply(to: run.stack.id))
            #expect(try store.state(of: last, stack: run.stack.id) == nil)
            try run.write(whole)
            try store.noteEnd(of: run.lock, in: run.folder)
            last = try #require(try store.lastApply(to: run.stack.id))
            #expect(try store.state(of: last, stack: run.stack.id) == whole)
            let kept = try Data(contentsOf: URL(fileURLWithPath: notes(run).appending(run.stack.id).string))
            let sealed = try JSONDecoder().decode(KeptNote.self, from: kept).state
            #expect(sealed.range(of: Data("held".utf8)) == nil)
        }
    }

    @Test func `the newest complete state of a folder is the one that could not be put in its place`() async throws {
        try await withIntake(.sqlite) { run in
            let (older, newer) = (state(run, serial: 1), state(run, serial: 2, resources: ["a"]))
            try run.write(older)
            #expect(try newestCompleteState(in: run.folder) == older)
            try run.write(newer, to: erroredStateFileName)
            #expect(try newestCompleteState(in: run.folder) == newer)
            try run.write(newer.dropLast(9), to: erroredStateFileName)
            #expect(try newestCompleteState(in: run.folder) == older)
            try run.write(Data())
            #expect(try newestCompleteState(in: run.folder) == nil)
            #expect(try newestCompleteState(in: run.folder.appending("nothing")) == nil)
        }
    }

    /// Gives the body a run that applies, and what keeps notes of it.
    private func withNotes(_ body: (Intake, StateStore) async throws -> Void) async throws {
        try await withIntake(.postgres) { run in
            try await body(run, StateStore(records: run.records, notes: notes(run)))
        }
    }

    private func notes(_ run: Intake) -> FilePath { run.folder.appending("applied") }

    private func note(_ id: String, of run: Intake, in store: StateStore) throws {
        try store.noteBegin(
            of: LockToken(stack: run.stack.id, run: id, token: run.lock.token), on: run.base,
            workspace: "/workspaces/0",
            "app")
    }
}

/// Of what is written to the file, the state.
private struct KeptNote: Decodable {
    let state: Data
}
