import Definitions
import Diagnostics
import Plans
import Records
import Runs
import Terminal

extension GraphApply {
    /// Plans a stack on what others have become, and applies that when it does what was shown.
    func replanned(
        _ definition: StackDefinition, shown: PlannedChanges, _ watch: ApplyWatch
    ) async throws -> Outcome {
        let name = definition.name.value
        guard let plan = try await newPlan(of: definition) else {
            return .ended(
                ApplyResult(.failed, run: nil, message: "Terraform could not plan", exitCode: ExitStatus.failed))
        }
        let differences = shown.differences(to: plan.changes)
        guard differences.isEmpty else { return .differs(plan, differences) }
        if plan.status == .unchanged {
            for event in try await engine.confirm(plan) { batch.view.show(event, stack: name, run: plan.run) }
            return .ended(ApplyResult(.unchanged, run: plan.run, message: nil, exitCode: ExitStatus.done))
        }
        let pending = PendingPlan(plan, of: definition)
        guard !batch.isRefused(pending) else {
            return .ended(
                ApplyResult(
                    .refused, run: plan.run, message: "it is protected", exitCode: ExitStatus.refused))
        }
        // What only passes on other outputs does nothing that would have been shown.
        let isAllowed = permitted.contains(name) || (shown.isEmpty && !pending.needsApproval)
        guard isAllowed else { return .differs(plan, []) }
        if plan.status == .awaitingApproval { try await batch.approve(plan.run) }
        return .ended(await applied(pending, shown: shown, watch))
    }

    /// - Returns: nil when Terraform could not plan, which has been told.
    func newPlan(of definition: StackDefinition) async throws -> PlanResult? {
        let name = definition.name.value
        let planned = try await engine.plan([definition], in: graph, request, options) { batch.view.show($0) }
        switch planned.first?.outcome {
        case .failed(let error): throw error
        case .planned(let plan) where plan.status == .preview:
            throw Diagnostic.error(
                "`\(name)` cannot be applied: what it takes of other stacks is still not known", outcome: .refused)
        case .planned, .skipped, nil: return planned.first?.plan
        }
    }

    /// Shows each plan that is another than the one that was shown, and asks about it.
    ///
    /// - Returns: those that may be applied.
    func agreed(_ differing: [String: (PlanResult, [String])]) async throws -> [String: PlanResult] {
        var agreed: [String: PlanResult] = [:]
        for (name, (plan, differences)) in differing.sorted(by: { $0.key < $1.key }) {
            guard let definition = planned[name]?.definition else { continue }
            let pending = PendingPlan(plan, of: definition)
            if !batch.view.isStream { try context.output.write(lines: [stackHeading(name)] + plan.view) }
            context.report([isNotAsShown(name, plan, differences)])
            guard !batch.isRefused(pending), await batch.asks(about: pending) else { continue }
            if pending.needsApproval { try await batch.approve(plan.run) }
            agreed[name] = plan
        }
        return agreed
    }

    private func isNotAsShown(_ name: String, _ plan: PlanResult, _ differences: [String]) -> Diagnostic {
        .error(
            "the plan of `\(name)` is another one now that what it needs has been applied",
            notes: differences.map { Diagnostic.Note($0) },
            hint: "It is kept: `stack apply --run \(plan.run)`; `stack apply --resume` goes on with the rest",
            outcome: .refused)
    }
}
