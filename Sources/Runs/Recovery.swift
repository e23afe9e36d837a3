import ChildProcess
package import Diagnostics
import Files
import FoundationEssentials
import JSON
package import Plans
package import Records
import Secrets
import StateStore
import SystemPackage
import Workspaces

/// What became of a run whose process is gone.
package struct RecoveredRun: Sendable {
    package let run: RunRow
    package let stack: String
    /// Whether it was applying: only then can anything have changed.
    package let wasApplying: Bool
    /// Resources in the recovered state.
    package let resources: Int
    package let unknown: [UnknownResource]
    package let problems: [Diagnostic]
}

/// A run that is not over: somebody works on it, or nobody can tell.
package struct UnfinishedRun: Sendable {
    package let run: RunRow
    package let stack: String
    package let reason: String
}

extension ProjectStore {
    /// Ends the runs whose processes have died: takes in what Terraform had saved, names what cannot be known, and
    /// releases their locks. Every command that runs something begins with this; there is no other way to start.
    ///
    /// - Parameters:
    ///   - names: the stacks to look at; nil for all of the project.
    ///   - onWait: told when something that a dead run has started still lives; it is waited for.
    /// - Returns: what was recovered, and the runs that are still at work.
    package func recover(
        stacks names: Set<String>? = nil, onWait: (RunRow, [Int32]) async -> Void
    ) async throws -> (recovered: [RecoveredRun], unfinished: [UnfinishedRun]) {
        var recovered: [RecoveredRun] = []
        var unfinished: [UnfinishedRun] = []
        let stacks = Dictionary(try await records.stacks(project: projectID).map { ($0.id, $0) }) { $1 }
        for run in try await records.activeRuns() {
            guard let stack = stacks[run.stack], names?.contains(stack.name) ?? true else { continue }
            switch try await settledLiveness(of: run, onWait: onWait) {
            case .working: unfinished.append(UnfinishedRun(run: run, stack: stack.name, reason: "it is at work"))
            case .cannotTell(let reason):
                unfinished.append(
                    UnfinishedRun(
                        run: run, stack: stack.name, reason: "whether it is at work cannot be told: \(reason)"))
            case .gone, .orphaned: recovered.append(try await recover(run, of: stack))
            }
        }
        return (recovered, unfinished)
    }

    /// Waits for what a dead run has left behind.
    private func settledLiveness(
        of run: RunRow, onWait: (RunRow, [Int32]) async -> Void
    ) async throws -> RunLiveness {
        var hasTold = false
        while true {
            let state = try liveness(of: run)
            guard case .orphaned(let processes) = state else { return state }
            if !hasTold { await onWait(run, processes) }
            hasTold = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private func recover(_ run: RunRow, of stack: StackRow) async throws -> RecoveredRun {
        guard run.status == .applying else {
            try await records.advance(run: run.id, to: .interrupted, message: "its process died before it had a plan")
            try removeWorkspace(of: run)
            return RecoveredRun(
                run: run, stack: stack.name, wasApplying: false, resources: 0, unknown: [], problems: [])
        }
        guard let holder = try await records.lockHolder(of: stack.id), holder.run == run.id else {
            throw Diagnostic.error(
                "run `\(run.id)` of `\(stack.name)` was applying, but holds no lock",
                hint: "Look at `stack run \(run.id)` and `stack state versions \(stack.name)`", outcome: .refused)
        }
        return try await recoverApply(
            run, of: stack, lock: LockToken(stack: stack.id, run: run.id, token: holder.token))
    }

    private func recoverApply(_ run: RunRow, of stack: StackRow, lock: LockToken) async throws -> RecoveredRun {
        guard let binding = try run.binding?.decoded(as: PlanBinding.self),
            let base = try await records.stateVersions(of: stack.id).first(where: {
                $0.sequence == binding.stateSequence
            })
        else { throw Diagnostic.error("run `\(run.id)` has no record of what it was made from") }
        let secrets =
            try await records.artifact(.secrets, run: run.id).map(SecretValues.init(sealedForm:)) ?? SecretValues()
        let log = EventLog(records: records, run: run.id, secrets: secrets) { _ in }
        let workspace = try run.workspace.flatMap {
            try WorkspaceSlots.workspace(at: FilePath($0), run: run.id, workingFolder: binding.workingFolder)
        }
        let (bytes, problems) = try await lastState(of: run, in: workspace, base: base, lock: lock)
        let state = try TerraformState.decode(bytes)
        let ledger = try await ledger(of: run, workspace: workspace, log: log)
        let original = try TerraformState.decode(try await records.bytes(of: base))
        let unknown = ledger.unknownResources(in: state, startedFrom: original)
        for problem in problems + unknown.map(\.diagnostic) { await log.emit(.problem(problem)) }
        let message = "its process died while it was applied; the state was recovered"
        await log.emit(.ended(.interrupted, message: message))
        await log.flush()
        try await records.finish(
            lock: lock, status: .interrupted, message: message, exitCode: nil,
            unknownResources: unknown.isEmpty ? nil : .array(unknown.map(\.json)))
        try workspace?.remove()
        return RecoveredRun(
            run: run, stack: stack.name, wasApplying: true, resources: state.addresses.count, unknown: unknown,
            problems: problems)
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
        return (bytes, problems)
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

    private func removeWorkspace(of run: RunRow) throws {
        guard let path = run.workspace else { return }
        try WorkspaceSlots.workspace(at: FilePath(path), run: run.id, workingFolder: "")?.remove()
    }
}

extension UnknownResource {
    /// What a user has to look at after a kill or an interrupt.
    package var diagnostic: Diagnostic {
        let fact =
            switch outcome {
            case .unfinished: "its \(action) was under way"
            case .errored: "its \(action) failed and may have had effects"
            case .unrecorded: "its \(action) succeeded, but the state does not show it"
            }
        let whereabouts = isInState ? "the next plan finds out how it is" : "nothing in the state shows it"
        return .warning(
            "`\(address)` is unknown: \(fact); \(whereabouts)",
            notes: idValue.map { [Diagnostic.Note("its \(idKey ?? "id") is `\($0)`")] } ?? [],
            hint: importCommand.map { "It is probably brought back by: terraform \($0.joined(separator: " "))" })
    }

    var json: JSONValue {
        [
            "address": .string(address), "action": .string(action), "outcome": .string(outcome.rawValue),
            "inState": .bool(isInState), "id": idValue.map(JSONValue.string) ?? .null,
            "import": importCommand.map { .array($0.map(JSONValue.string)) } ?? .null,
        ]
    }
}
