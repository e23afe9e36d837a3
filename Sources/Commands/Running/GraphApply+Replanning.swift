import Definitions
import Diagnostics
import Plans
import Records
import Runs
import Terminal

extension GraphApply {
    /// Plans a stack on what others have become, and applies that when it does what was shown.
    func replanned(
        _ definition: StackDefinition, shown: PlanResult, _ watch: ApplyWatch
    ) async throws -> Outcome {
        let name = definition.name.value
        guard let plan = try await newPlan(of: definition, watch) else {
            return .ended(
                ApplyResult(.failed, run: nil, message: "Terraform could not plan", exitCode: ExitStatus.failed))
        }
        let moved = try await engine.definitionMoved(from: shown.run, to: plan.run)
        let differences = shown.changes.differences(to: plan.changes) + moved.map { "moved since: \($0)" }
        guard differences.isEmpty else { return .differs(plan, differences) }
        if plan.status == .unchanged {
            try await confirm(plan, of: name)
            return .ended(unchanged(plan))
        }
        let pending = PendingPlan(plan, of: definition)
        guard !batch.isRefused(pending) else {
            return .ended(
                ApplyResult(
                    .refused, run: plan.run, message: "it is protected", exitCode: ExitStatus.refused))
        }
        guard permitted.contains(name) || !pending.needsApproval else {
            context.report([batch.missingApproval(pending)])
            return .ended(
                ApplyResult(
                    .refused, run: plan.run, message: "it wants an approval", exitCode: ExitStatus.refused))
        }
        // What only passes on other outputs does nothing that would have been shown.
        let isAllowed = permitted.contains(name) || shown.changes.isEmpty
        guard isAllowed else { return .differs(plan, []) }
        if plan.status == .awaitingApproval { try await batch.approve(plan.run) }
        return .ended(await applied(pending, shown: shown, watch))
    }

    /// - Returns: nil when Terraform could not plan, which has been told.
    func newPlan(of definition: StackDefinition, _ watch: ApplyWatch) async throws -> PlanResult? {
        let name = definition.name.value
        let planned = try await watch.endable { [self] in
            try await engine.plan([definition], in: graph, request, options, origin: record.origin) {
                batch.view.show($0)
            }
        }
        switch planned.first?.outcome {
        case .failed(let error): throw error
        case .planned(let plan) where plan.status == .preview:
            throw Diagnostic.error(
                "`\(name)` cannot be applied: what it takes of other stacks is still not known", outcome: .refused)
        case .planned, .skipped, nil: return planned.first?.plan
        }
    }

    /// A plan of only a part says nothing of the whole.
    func confirm(_ plan: PlanResult, of stack: String) async throws {
        guard request.looksAtAll else { return }
        for event in try await engine.confirm(plan) { batch.view.show(event, stack: stack, run: plan.run) }
    }

    /// Shows each plan that is another than the one that was shown, and asks about it.
    ///
    /// - Returns: those that may be applied.
    func agreed(_ differing: [String: (PlanResult, [String])]) async -> [String: PlanResult] {
        var agreed: [String: PlanResult] = [:]
        for (name, (plan, differences)) in differing.sorted(by: { $0.key < $1.key }) {
            guard let definition = planned[name]?.definition else { continue }
            let pending = PendingPlan(plan, of: definition)
            do {
                if !batch.view.isStream { try context.output.write(lines: [stackHeading(name)] + plan.view) }
                context.report([isNotAsShown(pending, differences)])
                guard !batch.isRefused(pending), await batch.asks(about: pending) else { continue }
                if pending.needsApproval { try await batch.approve(plan.run) }
                agreed[name] = plan
            } catch {
                // Of the others it is to be told all the same what became of them.
                context.report(diagnostics(of: error), of: name)
            }
        }
        return agreed
    }

    private func isNotAsShown(_ plan: PendingPlan, _ differences: [String]) -> Diagnostic {
        let approve = plan.needsApproval ? "`stack approve \(plan.run)`, then " : ""
        return .error(
            "the plan of `\(plan.name)` is another one now that what it needs has been applied",
            notes: differences.map { Diagnostic.Note($0) },
            hint: "It is kept: \(approve)`stack apply --run \(plan.run)\(plan.isNew ? " --new" : "")`; "
                + "`stack apply --resume\(plan.isNew ? " --new" : "")` goes on with the rest",
            outcome: .refused)
    }
}
