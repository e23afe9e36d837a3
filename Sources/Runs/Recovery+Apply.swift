import Diagnostics
import Files
import FoundationEssentials
import JSON
import Plans
import Records
import Secrets
import StateStore
import SystemPackage
import Workspaces

extension Workspace {
    /// What Terraform said of its apply here, in clear; nil when nothing of that is there.
    func writtenEvents() throws -> [TerraformEvent]? {
        guard let output = try readFile(outputFile) else { return nil }
        // With the empty lines: they are among the rows too, which are counted.
        let lines = output.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (output.last == UInt8(ascii: "\n") ? lines.dropLast() : lines[...]).map {
            TerraformEvent.decode(line: $0)
        }
    }
}

extension ApplyLedger {
    init(_ events: [TerraformEvent]) {
        self.init()
        for event in events { record(event) }
    }
}

extension ProjectStore {
    /// Takes in what Terraform had saved, says what that does not show, and ends the run: as succeeded when Terraform had
    /// come to its end in spite of all.
    ///
    /// - Parameter force: why the run is ended although something may still be at work; nil when its processes are gone.
    func recoverApply(
        _ run: RunRow, of stack: StackRow, lock: LockToken, force: String? = nil
    ) async throws -> RecoveredRun {
        guard let binding = try run.binding?.decoded(as: PlanBinding.self) else {
            throw Diagnostic.error("run `\(run.id)` has no record of what it was made from", outcome: .internalFailure)
        }
        var secrets = SecretValues()
        try secrets.insert(sealedForm: try await records.artifact(.secrets, run: run.id))
        let log = EventLog(records: records, run: run.id, secrets: secrets) { _ in }
        let workspace = try workspace(of: run)
        var left = try await remains(of: run, binding, in: workspace, lock: lock, log: log)
        let hasSucceeded = force == nil && left.showSuccess
        if hasSucceeded {
            for event in try await recordClusters(
                of: stack, run, binding.clusters, state: left.state, secrets: secrets, lock: lock)
            { await log.emit(event) }
        }
        // What somebody has kept before stays, although the state in it can be read.
        let mustKeep = force != nil || !left.problems.isEmpty || left.areUntrue || workspace?.isEvidence == true
        if mustKeep, let place = try await keep(workspace, of: run) {
            left.problems.append(.warning("the workspace is kept as evidence in `\(place)`"))
        }
        for problem in left.problems + left.unknown.diagnostics(of: stack.name) { await log.emit(.problem(problem)) }
        let status = hasSucceeded ? RunStatus.succeeded : .interrupted
        let message = force ?? death(hasSucceeded)
        await log.emit(.ended(status, message: message))
        await log.flush()
        if let workspace { try states.noteEnd(of: lock, in: workspace.folder) }
        try await records.finish(
            lock: lock, status: status, message: message, exitCode: hasSucceeded ? 0 : nil,
            unknownResources: left.unknown.json(of: stack.name).map(secrets.masked))
        if !mustKeep { try? await workspace?.remove() }
        return RecoveredRun(
            run: run, stack: stack.name, wasApplying: true, hasSucceeded: hasSucceeded,
            resources: left.state.addresses.count, unknown: left.unknown, problems: left.problems)
    }

    /// What could not be read, or is still being written, may tell something to a person. The workspace of a process that
    /// lives is not moved under it: that process keeps it at its end.
    private func keep(_ workspace: Workspace?, of run: RunRow) async throws -> FilePath? {
        guard try liveness(of: run) != .working else { return nil }
        return try await workspace?.keep(run: run.id)
    }

    private func death(_ hasSucceeded: Bool) -> String {
        let outcome = hasSucceeded ? "Terraform went on to its end, and the state was" : "the state was"
        return "its process died while it was applied; \(outcome) recovered"
    }

    /// What Terraform has left.
    private struct Remains {
        let state: TerraformState
        /// What was begun and is not in the state.
        let unknown: [UnknownResource]
        /// What could not be read.
        var problems: [Diagnostic]
        /// Whether Terraform said that it came to its end without an error.
        let reportSuccess: Bool
        /// Whether it left another state than it began with.
        let haveNewState: Bool

        var showSuccess: Bool { reportSuccess && haveNewState && unknown.isEmpty && problems.isEmpty }
        /// Whether Terraform did something, said that it had succeeded, and left no trace of it.
        var areUntrue: Bool { reportSuccess && !haveNewState && !unknown.isEmpty }
    }

    private func remains(
        of run: RunRow, _ binding: PlanBinding, in workspace: Workspace?, lock: LockToken, log: EventLog
    ) async throws -> Remains {
        let versions = try await records.stateVersions(of: run.stack)
        let base = versions.first { $0.sequence == binding.stateSequence } ?? versions.first(where: \.isSettled)
        guard let base else {
            throw Diagnostic.error("the stack of run `\(run.id)` has no state", outcome: .internalFailure)
        }
        let (version, bytes, problems) = try await lastState(of: run, in: workspace, base: base, lock: lock)
        let state = try TerraformState.decode(bytes)
        let ledger = try await ledger(of: run, workspace: workspace, log: log)
        let original = try TerraformState.decode(try await records.bytes(of: base))
        return Remains(
            state: state, unknown: ledger.unknownResources(in: state, startedFrom: original), problems: problems,
            reportSuccess: ledger.reportsSuccess, haveNewState: version.sequence != base.sequence)
    }

    private func lastState(
        of run: RunRow, in workspace: Workspace?, base: StateVersion, lock: LockToken
    ) async throws -> (version: StateVersion, bytes: Data, problems: [Diagnostic]) {
        guard let workspace else {
            try await takeInNoted(of: run, lock: lock)
            let newest = try await records.state(writtenBy: run.id, stack: lock.stack) ?? base
            return (
                newest, try await records.bytes(of: newest),
                [.warning("the workspace of run `\(run.id)` is gone; the last state that was taken in is kept")]
            )
        }
        let intake = try await states.intake(in: workspace.folder, lock: lock, base: base)
        let (version, bytes, problems) = try await intake.finish()
        return (version, bytes, problems + (try workspace.strayStateProblems()))
    }

    /// A run that had ended for itself, and whose end the database has lost, has left its state in a note.
    private func takeInNoted(of run: RunRow, lock: LockToken) async throws {
        guard let note = try states.lastApply(to: lock.stack), note.run == run.id,
            let bytes = try states.state(of: note, stack: lock.stack)
        else { return }
        let state = try TerraformState.decode(bytes)
        try await records.takeIn(NewStateVersion(state, bytes: bytes), lock: lock)
    }

    /// What Terraform said of its apply. Its output is exact and whole, also when it went on after the death of its
    /// executor; the rows are masked and stand in for it when the workspace is gone.
    private func ledger(of run: RunRow, workspace: Workspace?, log: EventLog) async throws -> ApplyLedger {
        let rows = try await records.events(run: run.id, after: 0, limit: .max)
        let start = rows.lastIndex { $0.type == "phase" && $0.body["phase"] == .string(RunPhase.applying.rawValue) }
        let recorded = rows[(start ?? rows.endIndex)...].filter { $0.type == "terraform" }
        guard let events = try workspace?.writtenEvents() else {
            return ApplyLedger(recorded.map { TerraformEvent(json: $0.body) })
        }
        for event in events.dropFirst(recorded.count) { await log.emit(.terraform(event)) }
        return ApplyLedger(events)
    }
}
