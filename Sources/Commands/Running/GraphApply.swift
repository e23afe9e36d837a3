import Definitions
import Diagnostics
import Records
import Runs
import StackGraph
import Terminal

/// Applies what was planned and shown of several stacks, each when those that it needs have been applied.
///
/// A plan that was made with other values than those that have come of it is made anew. It is applied when it does what
/// was shown; else somebody is asked, when nothing is at work any more.
struct GraphApply: Sendable {
    let batch: ApplyBatch
    let graph: StackGraph
    let request: PlanRequest
    let options: GraphOptions
    /// By stack; those that were not planned are not among them.
    let planned: [String: PlannedStack]
    /// The stacks whose plans may be applied.
    let permitted: Set<String>
    let record: GraphRecord

    var engine: Engine { batch.engine }
    var context: CommandContext { batch.context }

    /// What became of a stack in one round.
    enum Outcome: Sendable {
        case ended(ApplyResult)
        /// Its new plan is another one than the one that was shown.
        case differs(PlanResult, [String])
    }

    /// - Returns: what came of each stack, by name, and the signal that ended it, if one did.
    func perform() async throws -> (results: [String: ApplyResult], endedBy: StopSignal?) {
        var ended = results(ofPlanning: Array(planned.values))
        var approved: [String: PlanResult] = [:]
        while true {
            let ((outcomes, skips), stop) = try await batch.watched { [ended, approved] watch in
                try await batch.view.whileShown { await round(ended, approved, watch) }
            }
            var differing: [String: (PlanResult, [String])] = [:]
            for (name, outcome) in outcomes {
                switch outcome {
                case .ended(let result): ended[name] = result
                case .differs(let plan, let differences): differing[name] = (plan, differences)
                }
            }
            // Whoever wants the end is not asked whether to go on.
            approved = stop.hasStopped ? [:] : await agreed(differing)
            for (name, difference) in differing where approved[name] == nil {
                ended[name] = ApplyResult(
                    .refused, run: difference.0.run, message: "its plan is not the one that was shown",
                    exitCode: ExitStatus.refused)
            }
            guard !approved.isEmpty else {
                for skip in skips where ended[skip.stack] == nil {
                    ended[skip.stack] = skipped(skip)
                    batch.view.show(.skipped(stack: skip.stack, because: skip.because))
                }
                await keep(ended)
                return (ended, stop.endedBy)
            }
        }
    }

    /// One pass over the graph. What has ended before counts as it did then.
    private func round(
        _ ended: [String: ApplyResult], _ approved: [String: PlanResult], _ watch: ApplyWatch
    ) async -> ([String: Outcome], [Schedule.Skip]) {
        let schedule = Schedule(
            of: Set(planned.keys), in: graph, batch.isDestroy ? .dependentsFirst : .dependenciesFirst,
            onFailure: options.policy(for: request.mode))
        var skips: [Schedule.Skip] = []
        let outcomes = await workThrough(
            schedule, atOnce: options.parallelism, ending: \.ending, onSkip: { skips.append($0) }
        ) { name -> Outcome in
            if let result = ended[name] { return .ended(result) }
            let start = ContinuousClock.now
            let outcome = await self.outcome(of: name, approved[name], watch)
            guard case .ended(var result) = outcome else { return outcome }
            result.duration = start.duration(to: .now)
            // What is kept now is there when this process dies; at the end all of it is kept once more.
            await self.keep([name: result])
            return .ended(result)
        }
        return (outcomes, skips)
    }

    private func outcome(of name: String, _ approved: PlanResult?, _ watch: ApplyWatch) async -> Outcome {
        guard await !watch.hasStopped else {
            return .ended(
                ApplyResult(.skipped, run: nil, message: "not started", exitCode: ExitStatus.refused))
        }
        guard let stack = planned[name], let plan = approved ?? stack.plan else {
            return .ended(ApplyResult(.failed, run: nil, message: nil, exitCode: ExitStatus.failed))
        }
        do {
            if try await needsNewPlan(plan, of: stack.definition) {
                return try await replanned(stack.definition, shown: plan, watch)
            }
            if plan.status == .unchanged { return .ended(unchanged(plan)) }
            return .ended(
                await applied(PendingPlan(plan, of: stack.definition), shown: plan, watch))
        } catch {
            return .ended(batch.failure(error, run: plan.run, of: name))
        }
    }

    private func needsNewPlan(_ plan: PlanResult, of definition: StackDefinition) async throws -> Bool {
        if plan.status == .preview { return true }
        guard !batch.isDestroy else { return false }
        return try await engine.inputsHaveMoved(of: definition, since: plan.run)
    }

    /// What is known before anything is applied: what could not be planned, and what may not be applied.
    private func results(ofPlanning stacks: [PlannedStack]) -> [String: ApplyResult] {
        var results: [String: ApplyResult] = [:]
        for stack in stacks {
            if stack.plan == nil {
                let known = stack.graphResult
                results[stack.name] = ApplyResult(
                    known.result, run: known.run, message: known.message, exitCode: ExitStatus.code(ofFailed: stack))
            } else if let pending = PendingPlan(stack), !permitted.contains(stack.name),
                // Its real plan is made in its turn, and then waits for the approval.
                !(pending.isPreview && pending.needsApproval)
            {
                results[stack.name] = ApplyResult(
                    .refused, run: pending.run, message: reason(against: pending), exitCode: ExitStatus.refused)
            }
        }
        return results
    }

    private func reason(against plan: PendingPlan) -> String {
        if plan.needsApproval { return "it wants an approval" }
        return plan.definition.protect ? "it is protected" : "it takes what is not there"
    }

    private func skipped(_ skip: Schedule.Skip) -> ApplyResult {
        ApplyResult(
            .skipped, run: planned[skip.stack]?.run, message: skippedText(because: skip.because),
            exitCode: ExitStatus.done)
    }

    /// What cannot be kept of the results is no reason not to tell them.
    private func keep(_ results: [String: ApplyResult]) async {
        do {
            try await record.record(results.map { $1.row(of: $0) })
        } catch {
            context.report(diagnostics(of: error))
        }
    }

    func unchanged(_ plan: PlanResult) -> ApplyResult {
        ApplyResult(.unchanged, run: plan.run, message: nil, exitCode: ExitStatus.done)
    }
}

extension GraphApply.Outcome {
    fileprivate var ending: Schedule.Ending {
        guard case .ended(let result) = self else { return .held }
        return switch result.result {
        case .succeeded, .unchanged: .succeeded
        case .refused, .skipped, .detached: .held
        case .failed, .waiting, .planned, .preview: .failed
        }
    }
}
