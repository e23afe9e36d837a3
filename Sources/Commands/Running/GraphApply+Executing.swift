import Diagnostics
import Records
import Runs

extension GraphApply {
    /// Applies a plan; after an error that goes away by itself, what is left of it.
    func applied(
        _ pending: PendingPlan, shown: PlannedChanges, _ watch: ApplyWatch
    ) async -> ApplyResult {
        var pending = pending
        var attempt = 1
        while true {
            let errors = TerraformErrors()
            let result = await batch.apply(pending, watch, errors)
            guard result.status == .failed, await watch.endedBy == nil,
                let retry = options.retries.retry(after: attempt, errors: errors.all)
            else { return result }
            batch.view.show(
                .retrying(stack: pending.name, run: pending.run, because: retry.reason, after: retry.delay))
            try? await Task.sleep(for: retry.delay)
            attempt += 1
            do {
                guard let plan = try await newPlan(of: pending.definition), shown.holdsAll(of: plan.changes) else {
                    return result
                }
                if plan.status == .unchanged {
                    return ApplyResult(.unchanged, run: plan.run, message: nil, exitCode: ExitStatus.done)
                }
                if plan.status == .awaitingApproval { try await batch.approve(plan.run) }
                pending = PendingPlan(plan, of: pending.definition)
            } catch {
                return batch.failure(error, run: pending.run, of: pending.name)
            }
        }
    }
}
