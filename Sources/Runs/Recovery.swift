import ChildProcess
package import Diagnostics
import Files
import FoundationEssentials
import JSON
package import Plans
package import Records
import SystemPackage
import Terraform
import Workspaces

/// What became of a run whose process is gone.
package struct RecoveredRun: Sendable {
    package let run: RunRow
    package let stack: String
    /// Whether it was applying: only then can anything have changed.
    package let wasApplying: Bool
    /// Whether Terraform came to its end without its executor.
    package let hasSucceeded: Bool
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
    ///   - deadline: until when what a dead apply has started is waited for; nil waits for its end.
    ///   - onWait: told when something that a dead apply has started still lives, and is waited for.
    /// - Returns: what was recovered, and the runs that are not over.
    package func recover(
        stacks names: Set<String>? = nil, until deadline: ContinuousClock.Instant? = nil,
        onWait: (RunRow, [Int32]) async -> Void = { _, _ in }
    ) async throws -> (recovered: [RecoveredRun], unfinished: [UnfinishedRun]) {
        var recovered: [RecoveredRun] = []
        var unfinished: [UnfinishedRun] = []
        let stacks = Dictionary(
            try await records.stacks().filter { names?.contains($0.name) ?? true }.map { ($0.id, $0) }
        ) { $1 }
        for run in try await records.activeRuns() {
            guard let stack = stacks[run.stack] else { continue }
            let state = try await settledLiveness(of: run, process: run.process, until: deadline, onWait: onWait)
            if let reason = state.obstacle(toEnd: run) {
                unfinished.append(UnfinishedRun(run: run, stack: stack.name, reason: reason))
            } else {
                recovered += try await recoverAlone(run, of: stack).map { [$0] } ?? []
            }
        }
        unfinished += try await releaseAbandonedLocks(of: stacks, until: deadline, onWait: onWait)
        for stack in stacks.values {
            try await WorkspaceSlots(dataFolder: dataFolder, stack: stack.id).sweep(use: use)
        }
        try removeOldExecutorLogs()
        return (recovered, unfinished)
    }

    /// Recovers what has died since the command began, for one that waits for it and looks at other things meanwhile.
    ///
    /// - Parameter tell: told what came of it, as events of the run that waits.
    package func recoverMeanwhile(_ stack: StackRow, tell: (RunEvent) async -> Void) async throws {
        for dead in try await recover(stacks: [stack.name], until: .now).recovered where dead.wasApplying {
            await tell(.problem(.warning("run `\(dead.run.id)` had died while it applied; its state was recovered")))
            for problem in dead.problems + dead.unknown.diagnostics(of: stack.name) { await tell(.problem(problem)) }
        }
    }

    /// Waits for what a dead run has left behind; not for that of a plan, which changes nothing.
    private func settledLiveness(
        of run: RunRow, process: JSONValue?, until deadline: ContinuousClock.Instant?,
        onWait: (RunRow, [Int32]) async -> Void
    ) async throws -> RunLiveness {
        var hasTold = false
        while true {
            let state = try provenLiveness(of: process, workingOn: run)
            guard case .orphaned(let processes) = state, !run.status.isPlanning else { return state }
            if let deadline, ContinuousClock.now >= deadline { return state }
            if !hasTold { await onWait(run, processes) }
            hasTold = true
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Two commands may find the same dead run; the second finds it recovered.
    ///
    /// - Returns: nil when it is no longer there to be recovered.
    private func recoverAlone(_ run: RunRow, of stack: StackRow) async throws -> RecoveredRun? {
        try await holdingLock(on: recoveryLock(of: run)) {
            guard let row = try await records.run(run.id), row.status.isActive,
                try provenLiveness(of: row.process, workingOn: row).obstacle(toEnd: row) == nil
            else { return nil }
            return try await withoutCancellation { try await recover(row, of: stack) }
        }
    }

    /// Held by whoever takes in the state of another's run: in the data folder that has its workspace, which may be that
    /// of another clone on this machine.
    func recoveryLock(of run: RunRow?) -> FilePath {
        // …/workspaces/STACK/SLOT
        let stack = run?.workspace.map { FilePath($0).removingLastComponent() }
        let folder = stack.flatMap { exists($0) ? $0.removingLastComponent().removingLastComponent() : nil }
        return (folder ?? dataFolder).appending("recovery.lock")
    }

    private func recover(_ run: RunRow, of stack: StackRow) async throws -> RecoveredRun? {
        guard run.status == .applying else {
            // Without a reader Terraform ends with its next line; it may be long in coming, and nobody wants its plan.
            guard try await killPlanning(run.id),
                try await records.endPlanning(
                    run: run.id, as: .interrupted, message: "its process died before anything was changed")
            else { return nil }
            return RecoveredRun(
                run: run, stack: stack.name, wasApplying: false, hasSucceeded: false, resources: 0, unknown: [],
                problems: [])
        }
        guard let holder = try await records.lockHolder(of: stack.id), holder.run == run.id else {
            return try await endWithoutLock(run, of: stack)
        }
        // From here on nobody else writes for this run: neither its own process, whatever it is, nor another that recovers.
        return try await recoverApply(run, of: stack, lock: try await records.takeOver(holder).lock)
    }

    /// A run that was applying and does not hold the lock can write no state any more; what it did is in its workspace.
    private func endWithoutLock(_ run: RunRow, of stack: StackRow) async throws -> RecoveredRun {
        let place = try await workspace(of: run)?.keep(run: run.id)
        try await records.advance(
            run: run.id, to: .interrupted, message: "its process died while it was applied, without the stack's lock")
        return RecoveredRun(
            run: run, stack: stack.name, wasApplying: true, hasSucceeded: false, resources: 0, unknown: [],
            problems: [
                .warning(
                    "run `\(run.id)` did not hold the lock of `\(stack.name)`: its state was not taken in",
                    hint: place.map { "Its workspace is kept in `\($0)`" })
            ])
    }

    func workspace(of run: RunRow) throws -> Workspace? {
        let workingFolder = try? run.binding?.decoded(as: PlanBinding.self).workingFolder
        return try run.workspace.flatMap {
            try WorkspaceSlots.workspace(at: FilePath($0), run: run.id, workingFolder: workingFolder ?? "")
        }
    }

    /// Locks of executors that died before they had consumed their plan: nothing was begun, and the plan is still good.
    private func releaseAbandonedLocks(
        of stacks: [String: StackRow], until deadline: ContinuousClock.Instant?,
        onWait: (RunRow, [Int32]) async -> Void
    ) async throws -> [UnfinishedRun] {
        var unfinished: [UnfinishedRun] = []
        for holder in try await records.heldLocks() {
            guard let stack = stacks[holder.stack], let run = try await records.run(holder.run), !run.status.isActive
            else { continue }
            let state = try await settledLiveness(
                of: run, process: holder.owner.process, until: deadline, onWait: onWait)
            if let reason = state.obstacle(toEnd: run) {
                unfinished.append(UnfinishedRun(run: run, stack: stack.name, reason: reason))
            } else {
                try await records.releaseAbandonedLock(LockToken(stack: stack.id, run: run.id, token: holder.token))
            }
        }
        return unfinished
    }

    /// What an executor could not say to anybody. Whoever started it reads it at once, so an old one has no reader.
    private func removeOldExecutorLogs() throws {
        guard exists(executorFolder) else { return }
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: executorFolder.string) {
            let path = executorFolder.appending(name)
            guard let changed = try? manager.attributesOfItem(atPath: path.string)[.modificationDate] as? Date,
                changed < Date() - executorLogLifetime,
                try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: path.stem ?? "").isEmpty
            else { continue }
            try removeTree(path)
        }
    }
}

/// Seconds.
private let executorLogLifetime: TimeInterval = 3600
