import Definitions
import Diagnostics
import Plans
import Records
import Runs
import Terminal

/// Plans all, shows all, asks once, and applies what was shown.
struct PlanAndApply {
    let engine: Engine
    let context: CommandContext
    let mode: PlanMode
    let options: PlanOptions
    let applying: ApplyOptions

    func run(_ stacks: [StackDefinition]) async throws -> Int32 {
        try await context.recover(engine.store, stacks: stacks, until: options.recoveryDeadline)
        try await context.requireKnown(stacks, engine.store, allowsNew: applying.allowsNew)
        let view = try RunView(context: context, stacks: stacks.map(\.name.value), isStream: options.jsonStream)
        let deadline = ContinuousClock.now + options.patience
        var outcome = try await once(stacks, view, until: deadline)
        while let stack = outcome.overtaken.popLast() {
            let again = try await inTurn(stack, view, until: deadline)
            outcome.overtaken += again.overtaken
            outcome.exitCodes += again.exitCodes
        }
        return ExitStatus.worst(of: outcome.exitCodes)
    }

    private struct Outcome {
        var exitCodes: [Int32]
        /// Stacks whose plans went stale while they waited for the lock, and are to be made anew.
        var overtaken: [StackDefinition] = []
    }

    /// Whoever was overtaken plans anew, one process after the other: planning side by side all but one of them would be
    /// overtaken again. Nobody waits for a person who is being asked.
    private func inTurn(
        _ stack: StackDefinition, _ view: RunView, until deadline: ContinuousClock.Instant
    ) async throws -> Outcome {
        context.say(
            "What the plan of `\(stack.name.value)` was made from has moved meanwhile; planning anew.", .warning)
        guard applying.autoApprove else { return try await once([stack], view, until: deadline) }
        return try await engine.store.inTurn(stack, until: deadline) { try await once([stack], view, until: deadline) }
    }

    private func once(
        _ stacks: [StackDefinition], _ view: RunView, until deadline: ContinuousClock.Instant
    ) async throws -> Outcome {
        let limit = context.parallelism(options, engine.store.project)
        let request = options.request(mode, isForApply: true)
        let planned = try await engine.planAll(stacks, request, atOnce: limit, view: view)
        try context.show(planned, request.mode, isStream: options.jsonStream)
        if request.looksAtAll { try await confirm(planned, view) }

        let batch = ApplyBatch(
            engine: engine, context: context, isAutoApproved: applying.autoApprove,
            execution: applying.execution(options), isDestroy: mode == .destroy, view: view,
            overtakenUntil: deadline)
        let pending = planned.compactMap { PendingPlan($0) }
        let applicable = pending.filter { !batch.isRefused($0) }
        let permitted = applicable.isEmpty ? [] : try await batch.permitted(applicable)
        var outcome = Outcome(exitCodes: planned.filter { $0.plan == nil }.map(ExitStatus.code(ofFailed:)))
        if permitted.count < pending.count { outcome.exitCodes.append(ExitStatus.refused) }
        if !permitted.isEmpty {
            let (exitCode, overtaken) = try await batch.apply(permitted, atOnce: limit)
            outcome.exitCodes.append(exitCode)
            outcome.overtaken = overtaken.map(\.definition)
        }
        return outcome
    }

    /// Records of the stacks that have nothing to change what an apply would have recorded.
    private func confirm(_ planned: [PlannedStack], _ view: RunView) async throws {
        for stack in planned {
            guard let plan = stack.plan, plan.status == .unchanged else { continue }
            for event in try await engine.confirm(plan) {
                view.show(event, stack: stack.name, run: plan.run)
            }
        }
    }
}
