import ChildProcess
package import Definitions
package import Diagnostics
import FoundationEssentials
import JSON
package import Records
import StateStore

/// How an executor is to go about its run.
package struct ExecutionOptions: Hashable, Sendable {
    package var lockTimeout: Duration
    /// Addresses that may be deleted, replaced or forgotten although the stack is protected.
    package var allowedAddresses: Set<String>
    /// Whether Terraform works behind the provider gateway, unless the stack does not want it.
    package var usesGateway: Bool
    /// How long after an interrupt what is being made may take to come to its end, behind the gateway.
    package var stopTimeout: Duration

    package init(
        lockTimeout: Duration = .zero, allowedAddresses: Set<String> = [], usesGateway: Bool = true,
        stopTimeout: Duration = .seconds(600)
    ) {
        self.lockTimeout = lockTimeout
        self.allowedAddresses = allowedAddresses
        self.usesGateway = usesGateway
        self.stopTimeout = stopTimeout
    }
}

extension Engine {
    /// Applies a run's saved plan, in this process: what `stack execute` does.
    ///
    /// - Parameter interrupts: each element asks for the run's end. The first one is passed on to Terraform; behind the
    ///   gateway the second one, too, which stops the providers at once.
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
        if row.operation != .destroy { try prepared.inputs.requireStored(by: stack.name) }
        // Terraform works with the values of the plan; a source like a command may give others by now.
        var secrets = prepared.secrets
        try secrets.insert(sealedForm: try await records.artifact(.secrets, run: run))
        let log = EventLog(records: records, run: run, secrets: secrets) { _ in }
        let control = ApplyControl()
        return try await withThrowingTaskGroup(of: Void.self) { [secrets] group in
            group.addTask { for await _ in interrupts { await control.interrupt() } }
            defer { group.cancelAll() }
            do {
                let lock = try await lock(stack, run: run, options, control: control, log: log)
                let keeper = LockKeeper(records: records, lock: lock, phase: RunPhase.checkingPlan.rawValue)
                group.addTask { await keeper.keep() }
                let execution = Execution(
                    engine: self, row: row, stack: stack, prepared: prepared, binding: binding, lock: lock,
                    keeper: keeper, options: options, log: log, control: control, secrets: secrets)
                let status = try await execution.perform()
                await log.flush()
                await store.prune(stack)
                return status
            } catch {
                // What waits for a database that is away stands in Terraform's output, too.
                if !((error as? Diagnostic).map(records.mayWorkLater) ?? false) { await log.flush() }
                throw masked(error, with: secrets)
            }
        }
    }

    /// Waits for the stack's lock. A holder that dies meanwhile is recovered, and an interrupt ends the waiting.
    private func lock(
        _ stack: StackRow, run: String, _ options: ExecutionOptions, control: ApplyControl, log: EventLog
    ) async throws -> LockToken {
        return try await store.states.lock(
            stack: stack, run: run, owner: try store.lockOwner(), phase: RunPhase.checkingPlan.rawValue,
            timeout: options.lockTimeout
        ) { holder, isFirst in
            if isFirst {
                await log.emit(.waitingForLock(of: holder))
                await log.flush()
            }
            try await control.requireUninterrupted()
            try await records.requireWanted(run: run)
            try await store.recoverMeanwhile(stack) { await log.emit($0) }
        }
    }

    private func pendingRun(_ run: String) async throws -> (RunRow, PlanBinding) {
        guard let row = try await records.run(run) else {
            throw Diagnostic.error("there is no run `\(run)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        guard row.status.hasPendingPlan, let binding = try row.binding?.decoded(as: PlanBinding.self) else {
            throw Diagnostic.error(
                "run `\(run)` cannot be applied: it is `\(row.status.rawValue)`",
                hint: "`stack plan` makes a new plan", outcome: .refused)
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
            + refused.map { "--allow-destroy \($0.key.shellWord)" }.joined(separator: " "), outcome: .refused)
}
