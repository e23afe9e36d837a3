import Diagnostics
import JSON
import ModuleInterface
import Plans
import Records
import StateStore
import Synchronization
import Terraform
import Workspaces

/// One look for drift, from the claimed workspace to what is recorded.
struct DriftLook: Sendable {
    /// Of a refresh-only plan, which is not kept.
    let planning: Planning
    let firstError: FirstError

    private var engine: Engine { planning.engine }
    private var stack: String { planning.stack.row.id }

    func perform() async throws -> DriftCheck {
        for warning in planning.prepared.warnings { await planning.log.emit(.problem(warning)) }
        return try await engine.inWorkspace(
            run: planning.run, stack: planning.stack.row, source: planning.prepared.source, patience: .zero,
            isAside: true, log: planning.log
        ) { workspace in
            let base = try await engine.store.states.base(
                of: planning.stack.row, terraformVersion: engine.terraform.version.description)
            let inherited = try await engine.store.inheritedSecrets(from: base)
            return try await look(by: await planning.knowing(inherited), in: workspace, on: base)
        }
    }

    private func look(by planning: Planning, in workspace: Workspace, on base: StateVersion) async throws -> DriftCheck
    {
        let log = planning.log
        try await engine.layOut(planning.prepared, in: workspace, on: base, run: planning.run, log: log)
        await log.emit(.phase(.lookingForDrift))
        guard let (plan, secrets) = try await planning.terraformPlan(in: workspace) else { return try await failed() }
        try engine.requireKnownTerraform(plan)
        let objects = plan.driftedObjects(masking: secrets)
        let view = renderDrift(plan.onlyDrift.redacted(with: secrets))
        let row = try await engine.records.endDriftCheck(
            run: planning.run, stack: stack, base: base.sequence,
            detail: objects.isEmpty ? nil : try JSONValue(encoding: DriftDetail(objects: objects)),
            message: driftText(objects), view: encodedView(view))
        return DriftCheck(.recorded(row), run: planning.run, view: view)
    }

    /// Terraform's own words have been told as events.
    private func failed() async throws -> DriftCheck {
        let reason = firstError.text ?? "Terraform could not look"
        let row = try await engine.records.failDriftCheck(
            run: planning.run, stack: stack, detail: try JSONValue(encoding: DriftDetail(reason: reason)),
            message: reason)
        return DriftCheck(.recorded(row), run: planning.run)
    }
}

/// The first error that Terraform has told, masked, in one line.
final class FirstError: Sendable {
    private let found = Mutex<String?>(nil)

    var text: String? { found.withLock { $0 } }

    func note(_ event: RunEvent) {
        guard case .terraform(let event) = event, case .diagnostic(let problem) = event.payload,
            problem.severity == .error
        else { return }
        let detail = problem.detail.split(separator: "\n").first.map { ": \($0)" } ?? ""
        found.withLock { $0 = $0 ?? problem.summary + detail }
    }
}
