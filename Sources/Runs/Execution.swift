import ChildProcess
package import Definitions
package import Diagnostics
import FoundationEssentials
import JSON
import ModuleInterface
import Plans
package import Records
import Secrets
import StateStore
import SystemPackage
import Terraform
import Workspaces

/// How an executor is to go about its run.
package struct ExecutionOptions: Hashable, Sendable {
    package var lockTimeout: Duration
    /// Addresses that may be deleted, replaced or forgotten although the stack is protected.
    package var allowedAddresses: Set<String>

    package init(lockTimeout: Duration = .zero, allowedAddresses: Set<String> = []) {
        self.lockTimeout = lockTimeout
        self.allowedAddresses = allowedAddresses
    }
}

extension Engine {
    /// Applies a run's saved plan, in this process: what `stack execute` does.
    ///
    /// - Parameter interrupts: each element asks for the run's end; the first one is passed on to Terraform.
    /// - Returns: how the run ended.
    /// - Throws: a `Diagnostic` when the plan may not be applied: nothing was changed then.
    package func execute(
        _ run: String, _ options: ExecutionOptions, interrupts: AsyncStream<Void>
    ) async throws -> RunStatus {
        let (row, binding) = try await pendingRun(run)
        guard let stack = try await records.stack(id: row.stack),
            let definition = store.project.stacks.first(where: { $0.name.value == stack.name })
        else {
            throw Diagnostic.error(
                "the stack of run `\(run)` is no longer defined", hint: "Bring its definition back", outcome: .refused)
        }
        try requirePermission(definition, row, binding, options)
        let prepared = try await prepare(definition)
        var secrets = prepared.secrets
        if let planned = try await records.artifact(.secrets, run: run) {
            secrets.formUnion(try SecretValues(sealedForm: planned))
        }
        let log = EventLog(records: records, run: run, secrets: secrets) { _ in }
        do {
            let identity = ProcessIdentity.current()
            let lock = try await store.states.lock(
                stack: stack, run: run, holder: "pid \(identity.pid) on \(identity.host)",
                timeout: options.lockTimeout
            ) { holder in await log.emit(.waitingForLock("run \(holder.run), \(holder.holder), since \(holder.since)"))
            }
            let execution = Execution(
                engine: self, row: row, stack: stack, prepared: prepared, binding: binding, lock: lock, log: log,
                identity: identity)
            let status = try await execution.perform(interrupts: interrupts)
            await log.flush()
            return status
        } catch {
            await log.flush()
            throw error
        }
    }

    private func pendingRun(_ run: String) async throws -> (RunRow, PlanBinding) {
        guard let row = try await records.run(run) else {
            throw Diagnostic.error("there is no run `\(run)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        guard row.status.hasPendingPlan, let binding = try row.binding?.decoded(as: PlanBinding.self) else {
            throw Diagnostic.error(
                "run `\(run)` is \(row.status.rawValue): it has no plan that could be applied",
                hint: "Make a new plan", outcome: .refused)
        }
        return (row, binding)
    }
}

/// Whether the stack's own rules let the plan be applied.
///
/// - Throws: a `Diagnostic` with the outcome `refused`.
private func requirePermission(
    _ definition: StackDefinition, _ row: RunRow, _ binding: PlanBinding, _ options: ExecutionOptions
) throws {
    if definition.approval, row.approval == nil {
        throw Diagnostic.error(
            "the stack `\(definition.name.value)` wants an approval before it is changed",
            hint: "`stack approve \(row.id)`, then `stack apply --run \(row.id)`", outcome: .refused)
    }
    if let refusal = protectionRefusal(definition, binding.protected, options) { throw refusal }
}

/// Why a protected stack's plan is not applied; nil when it may be.
///
/// - Parameter changes: addresses that the plan deletes, replaces or forgets, with what it does.
package func protectionRefusal(
    _ definition: StackDefinition, _ changes: [String: String], _ options: ExecutionOptions
) -> Diagnostic? {
    guard definition.protect else { return nil }
    let refused = changes.filter { !options.allowedAddresses.contains($0.key) }.sorted { $0.key < $1.key }
    guard !refused.isEmpty else { return nil }
    return .error(
        "the stack `\(definition.name.value)` is protected, and its plan would take something away",
        notes: refused.map { Diagnostic.Note("\($0.key): \($0.value)") },
        hint: "Remove `spec.protect`, or allow each: "
            + refused.map { "--allow-destroy '\($0.key)'" }.joined(separator: " "), outcome: .refused)
}

/// One apply, from the checked binding to the recorded end.
private struct Execution: Sendable {
    let engine: Engine
    let row: RunRow
    let stack: StackRow
    let prepared: PreparedStack
    let binding: PlanBinding
    let lock: LockToken
    let log: EventLog
    let identity: ProcessIdentity

    func perform(interrupts: AsyncStream<Void>) async throws -> RunStatus {
        let workspace: Workspace
        let base: StateVersion
        do {
            (workspace, base) = try await makeReady()
        } catch {
            try await withoutCancellation { [engine, lock] in try await engine.records.releaseLock(lock) }
            throw error
        }
        try await engine.store.recordPlace(of: stack)
        try await engine.records.consumePlan(lock: lock, process: try JSONValue(encoding: identity))
        await log.emit(.phase(.applying))
        let intake = try await StateIntake(
            records: engine.records, folder: workspace.folder, lock: lock, base: base)
        let end = try await runApply(in: workspace, intake: intake, interrupts: interrupts)
        return try await conclude(workspace, base, intake, end)
    }

    /// Checks under the lock that nothing has moved, and lays the plan out where it was made.
    private func makeReady() async throws -> (Workspace, StateVersion) {
        await log.emit(.phase(.checkingPlan))
        let base = try await engine.store.states.base(
            of: stack, terraformVersion: engine.terraform.version.description)
        let workspace = try await engine.claimWorkspace(
            run: row.id, stack: stack, source: prepared.source, slot: binding.slot)
        do {
            try await engine.records.setWorkspace(workspace.root.string, run: row.id)
            try await engine.layOut(prepared, in: workspace, on: base, run: row.id, log: log)
            let now = engine.binding(
                prepared, stack: stack, base: base, workspace: workspace,
                files: try workspace.digests(key: engine.store.key), protected: binding.protected)
            let moved = binding.moved(to: now)
            guard moved.isEmpty else {
                let message = "what the plan was made from has moved: \(moved.joined(separator: ", "))"
                try await engine.records.advance(run: row.id, to: .stale, message: message)
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
            try workspace.requireSpace(for: base.size)
            return (workspace, base)
        } catch {
            try workspace.remove()
            throw error
        }
    }

    /// How Terraform's process ended.
    private struct End: Sendable {
        let exit: ChildExit
        let wasInterrupted: Bool
        let ledger: ApplyLedger
        let firstError: String?
    }

    /// Runs `terraform apply` with its output in files, and meanwhile follows it, takes its states in and looks whether
    /// somebody wants it to stop.
    private func runApply(
        in workspace: Workspace, intake: StateIntake, interrupts: AsyncStream<Void>
    ) async throws -> End {
        var command = ApplyCommand(planFile: workspace.planFile.string)
        command.parallelism = prepared.definition.configuration.parallelism
        if !prepared.ephemeralVariables.isEmpty {
            try workspace.write(variables: prepared.ephemeralVariables, to: workspace.ephemeralVariablesFile)
            command.variableFile = workspace.ephemeralVariablesFile.string
        }
        let child = engine.terraformCommand(command.arguments, run: row.id, prepared, in: workspace)
        let state = ApplyState()
        let (requests, request) = AsyncStream<Void>.makeStream()

        let exit = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await intake.watch(every: .milliseconds(500)) }
            group.addTask {
                for await _ in interrupts {
                    await state.interrupt()
                    request.yield()
                }
            }
            group.addTask {
                try await untilCancelRequested()
                await state.interrupt()
                request.yield()
            }
            async let followed: Void = follow(workspace.outputFile, state)
            let exit = try await runToFiles(
                child, standardOutput: workspace.outputFile, standardError: workspace.errorFile, interrupts: requests
            ) { _ in }
            await state.end()
            try await followed
            group.cancelAll()
            return exit
        }
        return await End(
            exit: exit, wasInterrupted: state.wasInterrupted, ledger: state.ledger, firstError: state.firstError)
    }

    private func follow(_ output: FilePath, _ state: ApplyState) async throws {
        let follower = FileFollower(path: output, pollInterval: .milliseconds(50))
        for try await line in follower.lines(until: { await state.hasEnded }) {
            let event = TerraformEvent.decode(line: line.text)
            await state.record(event)
            await log.emit(.terraform(event))
        }
    }

    /// Returns when somebody has asked for the run's end from outside; throws when the wait is cancelled.
    private func untilCancelRequested() async throws {
        while true {
            try await Task.sleep(for: cancelPollInterval)
            await log.flush()
            // A database that is gone for a while must not end an apply: look again later.
            if let run = try? await engine.records.run(row.id), run.cancelRequestedAt != nil { return }
        }
    }

    /// Decides how the run ended, from what Terraform left behind rather than from what it said.
    private func conclude(
        _ workspace: Workspace, _ base: StateVersion, _ intake: StateIntake, _ end: End
    ) async throws -> RunStatus {
        try await waitForProcesses(end)
        await log.emit(.phase(.recording))
        let (version, bytes, problems) = try await intake.finish()
        let stray = try workspace.strayStateProblems()
        for problem in problems + stray { await log.emit(.problem(problem)) }
        let isUnbroken = end.exit == .exited(0) || (!end.wasInterrupted && end.exit == .exited(1))
        let state = try TerraformState.decode(bytes)
        let original = try TerraformState.decode(try await engine.records.bytes(of: base))
        let unknown = isUnbroken ? [] : end.ledger.unknownResources(in: state, startedFrom: original)
        let (status, message) = verdict(
            end, hasNewState: version.sequence != base.sequence, isClean: problems.isEmpty && stray.isEmpty)
        for resource in unknown { await log.emit(.problem(resource.diagnostic)) }
        await log.flush()
        try await engine.records.finish(
            lock: lock, status: status, message: message, exitCode: end.exit.code,
            unknownResources: unknown.isEmpty ? nil : .array(unknown.map(\.json)))
        if status == .succeeded { await recordClusters(state) }
        try await cleanUp(workspace, keep: !problems.isEmpty || !stray.isEmpty || version.sequence == base.sequence)
        await log.emit(.ended(status, message: message))
        return status
    }

    private func verdict(_ end: End, hasNewState: Bool, isClean: Bool) -> (RunStatus, String?) {
        guard end.exit == .exited(0) else {
            if end.wasInterrupted { return (.canceled, "interrupted while it was applied") }
            return (.failed, end.firstError ?? "Terraform \(end.exit)")
        }
        guard hasNewState else {
            return (.failed, "Terraform reported success but left no new state; its workspace is kept")
        }
        guard isClean else { return (.failed, "the state that Terraform left is not whole; its workspace is kept") }
        return (.succeeded, nil)
    }

    /// After a signal the run is over only when nothing that it started lives. When Terraform came to its own end, what
    /// it left behind gets five seconds and is named.
    private func waitForProcesses(_ end: End) async throws {
        let mustWait = end.wasInterrupted || end.exit.isSignaled
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

    private func cleanUp(_ workspace: Workspace, keep: Bool) async throws {
        guard keep else { return try workspace.remove() }
        let place = try workspace.keep(run: row.id)
        await log.emit(.problem(.warning("the workspace is kept as evidence in `\(place)`")))
    }

    /// A record that cannot be written is a warning: what was applied is applied.
    private func recordClusters(_ state: TerraformState) async {
        do {
            for event in try await engine.recordClusters(of: stack, row: row, prepared: prepared, state: state) {
                await log.emit(event)
            }
        } catch {
            await log.emit(.problem(.warning("the cluster record was not written: \(firstMessage(of: error))")))
        }
    }
}

/// What the tasks around one apply know together.
private actor ApplyState {
    private(set) var hasEnded = false
    private(set) var wasInterrupted = false
    private(set) var ledger = ApplyLedger()
    private(set) var firstError: String?

    func end() { hasEnded = true }
    func interrupt() { wasInterrupted = true }

    func record(_ event: TerraformEvent) {
        ledger.record(event)
        if firstError == nil, case .diagnostic(let problem) = event.payload, problem.severity == .error {
            firstError = problem.summary
        }
    }
}
