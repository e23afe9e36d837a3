import Diagnostics
import JSON
import Records
import Runs

extension GraphApply {
    /// Applies a plan; after an error that goes away by itself, what is left of it.
    func applied(
        _ plan: PendingPlan, shown: PlanResult, _ watch: ApplyWatch
    ) async -> ApplyResult {
        var pending = plan
        var attempt = 1
        while true {
            let errors = TerraformErrors()
            let result = await batch.apply(pending, watch, errors)
            guard result.status == .failed, let retry = options.retries.retry(after: attempt, errors: errors.all),
                await mayBeTriedAgain(pending)
            else { return result }
            do {
                batch.view.show(
                    .retrying(stack: pending.name, run: pending.run, because: retry.reason, after: retry.delay))
                try await watch.endable { try await Task.sleep(for: retry.delay) }
                attempt += 1
                guard let plan = try await newPlan(of: pending.definition, watch) else { return result }
                if plan.status == .unchanged {
                    // Nothing was left to do.
                    try await confirm(plan, of: pending.name)
                    return unchanged(plan)
                }
                let moved = try await engine.definitionMoved(from: shown.run, to: plan.run)
                guard moved.isEmpty, shown.changes.holdsAll(of: plan.changes) else {
                    context.report([isMore(plan, of: pending.name)])
                    return result
                }
                if plan.status == .awaitingApproval { try await batch.approve(plan.run) }
                pending = PendingPlan(plan, of: pending.definition)
            } catch is CancellationError {
                return result
            } catch {
                return batch.failure(error, run: pending.run, of: pending.name)
            }
        }
    }

    /// A replacement would be made a second time, and so would what may exist and is not in the state.
    private func mayBeTriedAgain(_ plan: PendingPlan) async -> Bool {
        guard request.replacements.isEmpty else { return false }
        guard let run = try? await engine.store.records.run(plan.run) else { return false }
        return run.unknownResources?.arrayValue?.isEmpty ?? true
    }

    private func isMore(_ plan: PlanResult, of stack: String) -> Diagnostic {
        .error(
            "what is left to do of `\(stack)` is not what was shown, and was not applied",
            hint: "See it with `stack run \(plan.run)`; `stack apply --run \(plan.run)` applies it", outcome: .refused)
    }
}
