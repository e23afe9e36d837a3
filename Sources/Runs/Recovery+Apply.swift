import Definitions
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

extension ProjectStore {
    /// Takes in what Terraform had saved, says what that does not show, and ends the run: as succeeded when Terraform had
    /// come to its end in spite of all.
    ///
    /// - Parameter force: why the run is ended although something may still be at work; nil when its processes are gone.
    func recoverApply(
        _ run: RunRow, of stack: StackRow, lock: LockToken, force: String? = nil
    ) async throws -> RecoveredRun {
        var secrets = SecretValues()
        try secrets.insert(sealedForm: try await records.artifact(.secrets, run: run.id))
        let log = EventLog(records: records, run: run.id, secrets: secrets) { _ in }
        let workspace = try workspace(of: run)
        var (state, unknown, problems, reportsSuccess) = try await remains(of: run, in: workspace, lock: lock, log: log)
        let hasSucceeded = force == nil && reportsSuccess && unknown.isEmpty && problems.isEmpty
        if hasSucceeded {
            for event in await recordClusters(
                of: stack, run, project.stack(named: stack.name), template: try template(of: run), state: state,
                secrets: secrets)
            { await log.emit(event) }
        }
        let mustKeep = force != nil || !problems.isEmpty
        if let workspace, mustKeep {
            // What could not be read may still tell something to a person.
            problems.append(.warning("the workspace is kept as evidence in `\(try workspace.keep(run: run.id))`"))
        }
        for problem in problems + unknown.map(\.diagnostic) { await log.emit(.problem(problem)) }
        let status = hasSucceeded ? RunStatus.succeeded : .interrupted
        let message = force ?? death(hasSucceeded)
        await log.emit(.ended(status, message: message))
        await log.flush()
        try await records.finish(
            lock: lock, status: status, message: message, exitCode: hasSucceeded ? 0 : nil,
            unknownResources: unknown.isEmpty ? nil : secrets.masked(.array(unknown.map(\.json))))
        if !mustKeep { try? workspace?.remove() }
        return RecoveredRun(
            run: run, stack: stack.name, wasApplying: true, hasSucceeded: hasSucceeded,
            resources: state.addresses.count, unknown: unknown, problems: problems)
    }

    private func death(_ hasSucceeded: Bool) -> String {
        let outcome = hasSucceeded ? "Terraform went on to its end, and the state was" : "the state was"
        return "its process died while it was applied; \(outcome) recovered"
    }

    /// What Terraform has left: the last state, what was begun and is not in it, what could not be read, and whether it
    /// said that it came to its end.
    private func remains(
        of run: RunRow, in workspace: Workspace?, lock: LockToken, log: EventLog
    ) async throws -> (TerraformState, [UnknownResource], [Diagnostic], reportsSuccess: Bool) {
        guard let base = try await base(of: run) else {
            throw Diagnostic.error("run `\(run.id)` has no record of what it was made from", outcome: .internalFailure)
        }
        let (bytes, problems) = try await lastState(of: run, in: workspace, base: base, lock: lock)
        let state = try TerraformState.decode(bytes)
        let ledger = try await ledger(of: run, workspace: workspace, log: log)
        let original = try TerraformState.decode(try await records.bytes(of: base))
        return (state, ledger.unknownResources(in: state, startedFrom: original), problems, ledger.reportsSuccess)
    }

    private func template(of run: RunRow) throws -> String? {
        try run.binding?.decoded(as: PlanBinding.self).template
    }

    private func lastState(
        of run: RunRow, in workspace: Workspace?, base: StateVersion, lock: LockToken
    ) async throws -> (bytes: Data, problems: [Diagnostic]) {
        guard let workspace else {
            let newest = try await records.state(writtenBy: run.id, stack: lock.stack) ?? base
            return (
                try await records.bytes(of: newest),
                [.warning("the workspace of run `\(run.id)` is gone; the last state that was taken in is kept")]
            )
        }
        let intake = try await StateIntake(records: records, folder: workspace.folder, lock: lock, base: base)
        let (_, bytes, problems) = try await intake.finish()
        return (bytes, problems + (try workspace.strayStateProblems()))
    }

    /// The version that the run was planned on.
    private func base(of run: RunRow) async throws -> StateVersion? {
        let sequence = try run.binding?.decoded(as: PlanBinding.self).stateSequence
        let versions = try await records.stateVersions(of: run.stack)
        return versions.first { $0.sequence == sequence } ?? versions.first(where: \.isSettled)
    }

    /// What Terraform said of its apply. Its output is exact and whole, also when it went on after the death of its
    /// executor; the rows are masked and stand in for it when the workspace is gone.
    private func ledger(of run: RunRow, workspace: Workspace?, log: EventLog) async throws -> ApplyLedger {
        let rows = try await records.events(run: run.id, after: 0, limit: .max)
        let start = rows.lastIndex { $0.type == "phase" && $0.body["phase"] == .string(RunPhase.applying.rawValue) }
        let recorded = rows[(start ?? rows.endIndex)...].filter { $0.type == "terraform" }
        var ledger = ApplyLedger()
        guard let workspace, let output = try readFile(workspace.outputFile) else {
            for row in recorded { ledger.record(TerraformEvent(json: row.body)) }
            return ledger
        }
        for (index, line) in output.split(separator: UInt8(ascii: "\n")).enumerated() {
            let event = TerraformEvent.decode(line: line)
            ledger.record(event)
            if index >= recorded.count { await log.emit(.terraform(event)) }
        }
        return ledger
    }
}
