import ChildProcess
import Definitions
import Diagnostics
import Files
import FoundationEssentials
import JSON
import ModuleInterface
import Plans
import Records
import Secrets
import StateStore
import SystemPackage
import Templates
import Terraform
import Workspaces

/// One apply, from the checked binding to the recorded end.
struct Execution: Sendable {
    let engine: Engine
    let row: RunRow
    let stack: StackRow
    let prepared: PreparedStack
    let binding: PlanBinding
    let lock: LockToken
    let keeper: LockKeeper
    let options: ExecutionOptions
    let log: EventLog
    let control: ApplyControl
    let secrets: SecretValues

    /// - Throws: when nothing was begun, and then the lock is free again and the workspace gone; or when the end could
    ///   not be recorded, and then the run stays as it is until it is recovered.
    func perform() async throws -> RunStatus {
        let (workspace, base, intake) = try await begun()
        let end = try await runApply(in: workspace, intake: intake)
        do {
            return try await conclude(workspace, base, intake, end)
        } catch let problem as Diagnostic where engine.records.mayWorkLater(problem) {
            throw endIsUnrecorded(problem, workspace)
        } catch {
            await keepWhenLockIsLost(workspace)
            throw error
        }
    }

    /// Everything before Terraform starts, or nothing of it.
    private func begun() async throws -> (Workspace, StateVersion, StateIntake) {
        do {
            let (workspace, base) = try await makeReady()
            let intake: StateIntake
            do {
                try await engine.store.recordPlace(of: stack)
                // Whoever recovers this run masks by these.
                try await engine.records.replaceArtifact(
                    .secrets, with: secrets.sealedForm, run: row.id, under: lock)
                try await control.requireUninterrupted()
                intake = try await engine.store.states.intake(in: workspace.folder, lock: lock, base: base)
                try await keeper.begin(RunPhase.applying.rawValue)
                try await engine.records.consumePlan(
                    lock: lock, base: base.sequence, process: try JSONValue(encoding: ProcessIdentity.current()))
            } catch {
                try? await workspace.remove()
                throw error
            }
            try engine.store.states.noteBegin(
                of: lock, on: base, workspace: workspace.root, binding.workingFolder)
            await log.emit(.phase(.applying))
            return (workspace, base, intake)
        } catch {
            // Of a plan that was consumed without our hearing of it, the lock stays until the run is recovered.
            try? await withoutCancellation { [engine, lock] in try await engine.records.releaseAbandonedLock(lock) }
            throw error
        }
    }

    /// Checks under the lock that nothing has moved, and lays the plan out where it was made.
    private func makeReady() async throws -> (Workspace, StateVersion) {
        await log.emit(.phase(.checkingPlan))
        let base = try await engine.store.states.base(
            of: stack, terraformVersion: engine.terraform.version.description)
        let workspace = try await engine.claimWorkspace(
            run: row.id, stack: stack, source: prepared.source, slot: binding.slot,
            patience: options.lockTimeout, log: log
        ) {
            try await control.requireUninterrupted()
            try await engine.records.requireWanted(run: row.id)
        }
        do {
            try await engine.records.setWorkspace(workspace.root.string, run: row.id, under: lock)
            try await engine.layOut(prepared, in: workspace, on: base, run: row.id, log: log)
            try engine.layOutInputs(prepared, in: workspace)
            // Read once more: somebody may have applied the other stack while the lock was waited for.
            let inputs = try await InputResolver(store: engine.store, planned: [:]).inputs(
                of: prepared.definition, for: prepared.source.interface)
            let now = engine.binding(
                prepared, inputs: inputs, stack: stack, base: base, workspace: workspace,
                files: try workspace.digests(key: engine.store.key), protected: binding.protected)
            let moved = binding.moved(to: now)
            guard moved.isEmpty else {
                let message = "what the plan was made from has moved: \(moved.joined(separator: ", "))"
                try await engine.records.advance(run: row.id, to: .stale, message: message, under: lock)
                await log.emit(.ended(.stale, message: message))
                throw Diagnostic.error(
                    "the plan of run `\(row.id)` is stale", notes: moved.map { Diagnostic.Note("moved: \($0)") },
                    hint: "Plan again: `stack plan \(stack.name)`", outcome: .refused)
            }
            guard let plan = try await engine.records.artifact(.planFile, run: row.id) else {
                throw Diagnostic.error("the plan file of run `\(row.id)` is gone", outcome: .internalFailure)
            }
            try workspace.writePlanFile(plan)
            if let files = try await engine.records.artifact(.files, run: row.id) {
                try workspace.unpackMadeFiles(files)
            }
            try workspace.requireSpace(forState: base.size, output: outputSize)
            return (workspace, base)
        } catch {
            try? await workspace.remove()
            throw error
        }
    }

    /// Bytes that Terraform's events take, about, so that they find room also where the disk has none for its state. What
    /// comes on standard error (a log that `TF_LOG` asks for) takes of the same room, and is not counted.
    private var outputSize: Int {
        let summary = (try? row.summary?.decoded(as: PlanSummary.self)) ?? PlanSummary()
        return 1 << 20 + 2048 * (summary.add + summary.change + summary.destroy)
    }

    /// How Terraform's process ended.
    private struct End: Sendable {
        let exit: ChildExit
        let wasInterrupted: Bool
        let ledger: ApplyLedger
        let firstError: String?
    }

    /// Runs `terraform apply` with its output in a file, and meanwhile follows it, takes its states in and looks whether
    /// somebody wants it to stop.
    private func runApply(in workspace: Workspace, intake: StateIntake) async throws -> End {
        var command = ApplyCommand(planFile: workspace.argument(workspace.planFile))
        command.parallelism = prepared.definition.configuration.parallelism
        if !prepared.ephemeralVariables.isEmpty {
            try workspace.write(variables: prepared.ephemeralVariables, to: workspace.ephemeralVariablesFile)
            command.variableFile = workspace.argument(workspace.ephemeralVariablesFile)
        }
        let gateway = engine.gateway(
            for: prepared, in: workspace, isWanted: options.usesGateway, stopTimeout: options.stopTimeout)
        let child = engine.terraformCommand(
            command.arguments, run: row.id, prepared, in: workspace, behind: gateway)
        let exit = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await intake.watch(every: .milliseconds(500)) }
            group.addTask {
                try await untilCancelRequested()
                await control.interruptFirst()
            }
            defer { group.cancelAll() }
            async let followed: Void = follow(workspace.outputFile)
            let exit = try await runToFile(
                child, output: workspace.outputFile, reserving: outputSize, interrupts: control.requests,
                interruptLimit: gateway == nil ? 1 : 2
            ) { _ in }
            // A gateway that was killed leaves a Terraform that still has something to say.
            if exit.isSignaled { try await waitForProcesses(toTheLast: true) }
            await control.end()
            await followed
            return exit
        }
        return await End(
            exit: exit, wasInterrupted: control.wasInterrupted, ledger: control.ledger, firstError: control.firstError)
    }

    /// What cannot be followed is no reason to leave the end of an apply unrecorded.
    private func follow(_ output: FilePath) async {
        let follower = FileFollower(path: output, pollInterval: .milliseconds(10))
        do {
            for try await line in follower.lines(until: { await control.hasEnded }) {
                if case .terraform(let event) = await log.emit(line: line.text, places: prepared.places) {
                    await control.record(event)
                }
            }
        } catch {
            await log.emit(.problem(.warning("Terraform's output could not be followed: \(firstMessage(of: error))")))
        }
    }

    /// Returns when somebody has asked for the run's end from outside; throws when the wait is cancelled.
    private func untilCancelRequested() async throws {
        while true {
            try await Task.sleep(for: cancelPollInterval)
            await log.flushSoon()
            // A database that is gone for a while must not end an apply: look again later.
            if let run = try? await engine.records.run(row.id), run.cancelRequestedAt != nil { return }
        }
    }

    /// Decides how the run ended, from what Terraform left behind rather than from what it said.
    private func conclude(
        _ workspace: Workspace, _ base: StateVersion, _ intake: StateIntake, _ end: End
    ) async throws -> RunStatus {
        try await waitForProcesses(toTheLast: end.wasInterrupted || end.exit.isSignaled)
        await log.emit(.phase(.recording))
        await keeper.note(RunPhase.recording.rawValue)
        try engine.store.states.noteEnd(of: lock, in: workspace.folder)
        // Whoever took it has moved the workspace away, as evidence.
        try await patiently { try await engine.records.require(lock) }
        let (version, bytes, problems) = try await patiently { try await intake.finish() }
        let stray = try workspace.strayStateProblems()
        for problem in problems + stray { await log.emit(.problem(problem)) }
        let hasNewState = version.sequence != base.sequence
        let isWhole = problems.isEmpty && stray.isEmpty
        // Only then what Terraform says, and what it leaves out, can be relied on.
        let cameToItsEnd =
            end.exit == .exited(0)
            ? hasNewState : end.exit == .exited(1) && !end.wasInterrupted && !end.ledger.wasInterrupted
        let state = try TerraformState.decode(bytes)
        let original = try TerraformState.decode(try await patiently { try await engine.records.bytes(of: base) })
        let unknown =
            cameToItsEnd && isWhole
            ? end.ledger.unansweredResources(in: state, startedFrom: original)
            : end.ledger.unknownResources(in: state, startedFrom: original)
        let (status, message) = verdict(end, hasNewState: hasNewState, isWhole: isWhole)
        for problem in unknown.diagnostics(of: stack.name) { await log.emit(.problem(problem)) }
        // Before the end is recorded: from then on the workspace of this run may be removed by anybody.
        let mustKeep = !isWhole || (end.exit == .exited(0) && status != .succeeded)
        if mustKeep { try await keep(workspace) }
        // Before the end is recorded, too: who dies in between is recovered, and records them then.
        if status == .succeeded {
            let events = try await patiently {
                try await engine.store.recordClusters(
                    of: stack, row, binding.clusters, state: state, secrets: secrets, lock: lock)
            }
            for event in events { await log.emit(event) }
        }
        await log.flush()
        try await patiently {
            do {
                try await engine.records.finish(
                    lock: lock, status: status, message: message.map(secrets.masked), exitCode: end.exit.code,
                    unknownResources: unknown.json(of: stack.name).map(secrets.masked))
            } catch {
                // What was not heard of may have been kept all the same, and the lock with it given back.
                guard try await engine.records.run(row.id)?.status == status else { throw error }
            }
        }
        if !mustKeep { await engine.remove(workspace, log: log) }
        await log.emit(.ended(status, message: message))
        return status
    }

    private func verdict(_ end: End, hasNewState: Bool, isWhole: Bool) -> (RunStatus, String?) {
        guard end.exit == .exited(0) else {
            if end.wasInterrupted { return (.canceled, "interrupted while it was applied") }
            return (.failed, end.firstError ?? "Terraform \(end.exit)")
        }
        guard hasNewState || (row.operation == .refresh && end.ledger.isEmpty) else {
            return (.failed, "Terraform reported success but left no new state; its workspace is kept")
        }
        guard isWhole else { return (.failed, "the state that Terraform left is not whole; its workspace is kept") }
        return (.succeeded, nil)
    }

    /// After a signal the run is over only when nothing that it started lives. When Terraform came to its own end, what
    /// it left behind gets five seconds and is named.
    private func waitForProcesses(toTheLast mustWait: Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        var hasTold = false
        while true {
            let left = try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: row.id)
            guard !left.isEmpty else { return }
            if !hasTold { await log.emit(.phase(.waitingForProcesses)) }
            hasTold = true
            if !mustWait, ContinuousClock.now > deadline {
                let names = left.map { "\($0.name) (pid \($0.pid))" }.joined(separator: ", ")
                await log.emit(.problem(.warning("Terraform has ended, but what it started still runs: \(names)")))
                return
            }
            try await withoutCancellation { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    private func keep(_ workspace: Workspace) async throws {
        guard let place = try await workspace.keep(run: row.id) else { return }
        await log.emit(.problem(.warning("the workspace is kept as evidence in `\(place)`")))
    }

    /// What this run did after somebody took its lock stands nowhere but in its workspace.
    private func keepWhenLockIsLost(_ workspace: Workspace) async {
        do {
            let holder = try await engine.records.lockHolder(of: stack.id)
            guard holder?.run != lock.run || holder?.token != lock.token else { return }
        } catch {
            // Nobody knows; the workspace stays as it is, for whoever recovers the run.
            return
        }
        await log.emit(.problem(.error("the lock was taken from this run; what it did since was not recorded")))
        try? await keep(workspace)
        await log.flush()
    }
}
