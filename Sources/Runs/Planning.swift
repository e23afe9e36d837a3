import ChildProcess
package import Definitions
package import Diagnostics
import Files
import Fleet
import FoundationEssentials
import JSON
import ModuleInterface
package import Plans
import ProviderGateway
package import Records
import Secrets
import StateStore
import SystemPackage
import Terraform
import Workspaces

/// What came of planning one stack.
package struct PlanResult: Sendable {
    package let run: String
    package let status: RunStatus
    /// Nil when planning failed.
    package let summary: PlanSummary?
    /// The plan as it is shown, redacted.
    package let view: [StyledLine]
    /// Addresses that the plan deletes, replaces or forgets, with what it does.
    package let protected: [String: String]
    /// What the plan does, to be compared with another one of the stack.
    package let changes: PlannedChanges
    /// What it says of the stack's outputs; nil when planning failed.
    package let outputs: PlannedOutputs?
    /// Stacks that have to be applied before it can be more than a preview.
    package let awaited: Set<String>
    package let isNewStack: Bool
    /// Why it failed.
    package let message: String?
    let secrets: SecretValues
}

extension Engine {
    /// Plans one stack, read-only, and keeps the plan for a later apply.
    ///
    /// Where what it takes of another stack is not kept yet, it is a preview: it shows what will be, with what `planned`
    /// says, mocks where the stack has some, and unknown values else, and is never applied.
    ///
    /// - Parameters:
    ///   - planned: what the plans of other stacks say of their outputs.
    ///   - known: who plans and from what, when that has been found out already.
    ///   - onEvent: told what happens, masked, and in which run.
    /// - Throws: a `Diagnostic` or `DiagnosticList` when the run could not begin. What Terraform refuses is no error
    ///   here: the result says `failed`.
    package func plan(
        _ definition: StackDefinition, _ request: PlanRequest, planned: [String: PlannedOutputs] = [:],
        origin known: RunOrigin? = nil,
        onEvent: @escaping @Sendable (RunEvent, _ run: String) async -> Void
    ) async throws -> PlanResult {
        // Git looks at the tree while everything else is read.
        async let origin = origin(known)
        let stack = try await store.identify(definition.name.value)
        let prepared = try await prepare(definition, planned: planned)
        var generator = SystemRandomNumberGenerator()
        let run = makeRunID(at: Date(), using: &generator)
        try await records.begin(
            run: run, stack: stack.row.id, operation: request.operation,
            origin: await origin, process: try JSONValue(encoding: ProcessIdentity.current()))
        let log = EventLog(records: records, run: run, secrets: prepared.secrets) { await onEvent($0, run) }
        let planning = Planning(engine: self, run: run, stack: stack, prepared: prepared, request: request, log: log)
        let result = try await work(on: run, log: log, secrets: prepared.secrets) { try await planning.perform() }
        await log.emit(.ended(result.status, message: result.message))
        await log.flush()
        await store.prune(stack.row)
        return result
    }

    private func origin(_ known: RunOrigin?) async -> RunOrigin {
        if let known { return known }
        return await store.origin(store.checkout(), program: programVersion)
    }
}

/// What goes wrong may quote a value: a tool's own words, a path.
func masked(_ error: any Error, with secrets: SecretValues) -> any Error {
    switch error {
    case let problem as Diagnostic: problem.masked(with: secrets)
    case let problems as DiagnosticList: DiagnosticList(problems.diagnostics.map { $0.masked(with: secrets) })
    default: error
    }
}

extension Diagnostic {
    func masked(with secrets: SecretValues) -> Diagnostic {
        var result = self
        result.message = secrets.masked(message)
        result.notes = notes.map { Note(secrets.masked($0.message), at: $0.location) }
        result.hint = hint.map(secrets.masked)
        return result
    }
}

/// One planning, from the claimed workspace to the sealed plan.
struct Planning: Sendable {
    let engine: Engine
    let run: String
    let stack: IdentifiedStack
    var prepared: PreparedStack
    let request: PlanRequest
    let log: EventLog

    func perform() async throws -> PlanResult {
        for warning in prepared.warnings { await log.emit(.problem(warning)) }
        if let holder = try await engine.records.lockHolder(of: stack.row.id), !holder.mayBeTakenOver {
            await log.emit(.problem(.isAtWork(holder, on: stack.row.name)))
        }
        return try await engine.inWorkspace(
            run: run, stack: stack.row, source: prepared.source, patience: request.lockTimeout, log: log
        ) { workspace in
            let base = try await engine.store.states.base(
                of: stack.row, terraformVersion: engine.terraform.version.description)
            let inherited = try await engine.store.inheritedSecrets(from: base)
            return try await knowing(inherited).plan(in: workspace, on: base)
        }
    }

    /// The same planning, which masks what is secret in the state, too.
    func knowing(_ secrets: SecretValues) async -> Planning {
        var planning = self
        planning.prepared.secrets.formUnion(secrets)
        await log.mask(secrets)
        return planning
    }

    private func plan(in workspace: Workspace, on base: StateVersion) async throws -> PlanResult {
        try await engine.layOut(prepared, in: workspace, on: base, run: run, log: log)
        // What a preview was made from is what the module says, not what was made of it for this one plan.
        let originals = isPreview ? try workspace.digests(key: engine.store.key) : nil
        try engine.layOutInputs(prepared, in: workspace)
        let snapshot = try workspace.snapshot()
        let digests = try originals ?? workspace.digests(key: engine.store.key)
        await log.emit(.phase(.planning))
        guard let (made, secrets) = try await terraformPlan(in: workspace) else { return try await failed() }
        let plan = made.withoutPendingValues
        if let problem = try workspace.strayStateProblems().first { throw problem }
        try engine.requireKnownTerraform(plan)
        if request.mode != .destroy {
            try await engine.store.requireOwnHandles(
                plan, of: stack.row, ClusterDeclaration(prepared, in: engine.store.project))
        }
        let redacted = plan.redacted(with: secrets)
        let view = previewHeading + renderPlan(redacted, mode: request.mode)
        let protected = Dictionary(plan.protectedChanges.map { ($0.address, $0.effect.rawValue) }) { first, _ in first }
        let binding = engine.binding(
            prepared, stack: stack.row, base: base, workspace: workspace, files: digests, protected: protected)
        let status = status(of: plan)
        let artifacts = try artifacts(in: workspace, since: snapshot, view: view, status: status, secrets: secrets)
        let own = try JSONValue(encoding: ProcessIdentity.current())
        try await engine.records.savePlan(
            run: run, stack: stack.row.id, status: status, binding: try JSONValue(encoding: binding),
            summary: try JSONValue(encoding: plan.summary), artifacts: artifacts,
            process: request.isForApply ? own : nil,
            // Somebody may be asked about an older plan at this moment: the first that is applied makes the other stale.
            superseding: { try $0.process == nil || $0.process == own || !isAskedAbout($0) })
        await log.emit(.planned(plan.summary))
        return PlanResult(
            run: run, status: status, summary: plan.summary, view: view, protected: protected,
            changes: PlannedChanges(plan, request.mode), outputs: PlannedOutputs(plan, secrets),
            awaited: isPreview ? Set(prepared.inputs.filter { $0.origin != .stored }.map(\.stack)) : [],
            isNewStack: stack.isNew,
            message: nil,
            secrets: secrets)
    }

    /// To destroy what is there it does not matter what it would be made from.
    private var isPreview: Bool { prepared.inputs.isPreview && request.mode != .destroy }

    /// What stands above a plan that is none to be applied.
    private var previewHeading: [StyledLine] {
        guard isPreview else { return [] }
        let explanations = prepared.inputs.explanations
        return [StyledLine("This is a preview and cannot be applied:", .warning)]
            + explanations.map { StyledLine("  - \($0)") } + [StyledLine()]
    }

    /// What Terraform plans, and all that is known as secret by then; nil when it could not plan.
    func terraformPlan(in workspace: Workspace) async throws -> (Plan, SecretValues)? {
        await log.holdQuotations()
        do {
            let outcome = try await runPlan(in: workspace)
            var found: (plan: Plan, secrets: SecretValues)?
            if outcome != .failed {
                await log.emit(.phase(.readingPlan))
                let plan = try await readPlan(in: workspace)
                var secrets = prepared.secrets
                for text in plan.sensitiveTexts { secrets.insert(text) }
                await log.mask(secrets)
                found = (plan, secrets)
            }
            await log.releaseQuotations()
            return found
        } catch {
            await log.releaseQuotations()
            throw error
        }
    }

    private func status(of plan: Plan) -> RunStatus {
        if isPreview { return .preview }
        guard plan.applyable else { return .unchanged }
        // Terraform calls a refresh that has found nothing applicable; it would leave the state as it is.
        if request.mode == .refreshOnly, !plan.hasDrift { return .unchanged }
        return prepared.definition.approval ? .awaitingApproval : .planned
    }

    private func artifacts(
        in workspace: Workspace, since snapshot: WorkspaceSnapshot, view: [StyledLine], status: RunStatus,
        secrets: SecretValues
    ) throws -> [RunArtifact: Data] {
        var artifacts: [RunArtifact: Data] = [.view: encodedView(view)]
        guard status.hasPendingPlan else { return artifacts }
        artifacts[.planFile] = try workspace.planFileContents()
        artifacts[.files] = try workspace.packMadeFiles(since: snapshot)
        artifacts[.secrets] = secrets.sealedForm
        return artifacts
    }

    private func runPlan(in workspace: Workspace) async throws -> PlanOutcome {
        var gateway = gateway(in: workspace)
        let outcome = try await runPlan(in: workspace, behind: gateway)
        guard outcome == .failed, let cut = gateway,
            cut.hasCutType(
                namedIn: await log.heldErrors, folder: workspace.folder,
                environment: engine.terraformEnvironment(stack: prepared.stackEnvironment, run: run).variables)
        else { return outcome }
        await log.dropQuotations()
        await log.emit(.problem(.typeWasCut))
        gateway?.isWholeSchema = true
        return try await runPlan(in: workspace, behind: gateway)
    }

    private func gateway(in workspace: Workspace) -> GatewayCommand? {
        var gateway = engine.gateway(for: prepared, in: workspace, isWanted: request.usesGateway)
        gateway?.shownPlan = ShownPlan(
            plan: workspace.argument(workspace.planFile), output: FilePath(workspace.argument(workspace.shownPlanFile)))
        return gateway
    }

    /// Streams `terraform plan`; one interrupt when the task is cancelled.
    private func runPlan(in workspace: Workspace, behind gateway: GatewayCommand?) async throws -> PlanOutcome {
        let configuration = prepared.definition.configuration
        let command = PlanCommand(
            planFile: workspace.argument(workspace.planFile),
            variableFile: workspace.argument(workspace.variablesFile),
            mode: request.commandMode, targets: request.targets, replacements: request.replacements,
            refreshes: request.refresh ?? configuration.refresh ?? true, parallelism: configuration.parallelism)
        let child = engine.terraformCommand(command.arguments, run: run, prepared, in: workspace, behind: gateway)
        let exit = try await streamLines(child) { [log, places = prepared.places, hidesPending = isPreview] line in
            // What stands for unknown values is nobody's resource.
            if hidesPending, line.contains(PendingValues.address) || line.contains(#""type":"change_summary""#) {
                return
            }
            await log.emit(line: line, places: places)
        }
        try Task.checkCancellation()
        guard case .exited(let code) = exit else {
            throw Diagnostic.error("`terraform plan` \(exit)", hint: "Nothing was changed")
        }
        return PlanOutcome(exitCode: code)
    }

    private func failed() async throws -> PlanResult {
        let message = "Terraform could not plan"
        try await engine.records.advance(run: run, to: .failed, message: message)
        return PlanResult(
            run: run, status: .failed, summary: nil, view: [], protected: [:], changes: PlannedChanges(), outputs: nil,
            awaited: [], isNewStack: stack.isNew, message: message, secrets: prepared.secrets)
    }

    private func readPlan(in workspace: Workspace) async throws -> Plan {
        // A gateway has had it shown already, with the schemas that it has for the plan.
        if let shown = try readFile(workspace.shownPlanFile) { return try Plan.decode(shown) }
        let command = ShowCommand(planFile: workspace.argument(workspace.planFile))
        let child = engine.terraformCommand(command.arguments, run: run, prepared, in: workspace, behind: nil)
        let output = try await collect(child, outputLimit: 2 << 30)
        guard output.exit.isSuccess else {
            let said = String(decoding: output.standardError, as: UTF8.self)
            throw Diagnostic.error("`terraform show -json` failed: \(prepared.secrets.masked(said))")
        }
        return try Plan.decode(output.standardOutput)
    }
}

extension Plan {
    /// The plan without the resource that stands for values which nobody knows yet.
    fileprivate var withoutPendingValues: Plan {
        var plan = self
        plan.resourceChanges.removeAll { $0.address == PendingValues.address }
        return plan
    }
}

/// Whether a process asks somebody about the run's plan. One on another machine is believed for an hour.
private func isAskedAbout(_ run: RunRow) throws -> Bool {
    switch try liveness(of: run) {
    case .working: true
    case .cannotTell: run.age < 3600
    case .orphaned, .gone: false
    }
}

extension Diagnostic {
    fileprivate static let typeWasCut = Diagnostic.warning(
        "Terraform asked for a type of resource that the provider gateway had not told it of; it plans once more, with all",
        hint: "Where the name of the type does not stand in the module's files, set `spec.providerGateway: false`")

    fileprivate static func isAtWork(_ holder: LockHolder, on stack: String) -> Diagnostic {
        .warning(
            "run `\(holder.run)` is being applied to `\(stack)` since \(holder.since): this plan is made on the state before it",
            hint: "Plan again when it is over: `stack logs \(holder.run) --follow`")
    }
}
