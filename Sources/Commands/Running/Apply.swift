import ArgumentParser
import Definitions
import Diagnostics
import Plans
import Records
import Runs
import StackGraph
import Terminal

/// `stack apply`
struct ApplyStacks: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Plan, ask, and apply just that plan.",
        discussion: """
            Examples:

              stack apply dev
              stack apply --all --auto-approve
              stack apply --run 20261119-093012-k3v9

            An apply runs in a process of its own: a closed terminal does not touch it,
            and `stack logs RUN --follow` takes it up again. Ctrl-C says what is being
            made, then offers to wait, to detach or to interrupt.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var selection: OptionalStackSelection
    @OptionGroup var options: PlanOptions
    @OptionGroup var applying: ApplyOptions

    @Option(
        name: .customLong("run"), help: ArgumentHelp("Apply the saved plan of this run.", valueName: "id"),
        completion: runCompletion(\.hasPendingPlan))
    var savedRun: String?

    func validate() throws {
        guard (savedRun == nil) == selection.isGiven else {
            throw ValidationError(
                savedRun == nil
                    ? "name the stacks, or give `--all`, `-l SELECTOR` or `--run ID`"
                    : "`--run` names a plan; it takes no stacks")
        }
        if savedRun != nil, options.changesPlan {
            throw ValidationError("`--run` applies a plan as it was made; other flags for planning do not go with it")
        }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let engine = try await context.engine()
        if let savedRun { return try await apply(savedRun, engine, context) }
        return try await planAndApply(
            try await context.selected(selection, engine.store), .normal, engine: engine, context: context,
            options: options, applying: applying)
    }

    /// Applies a plan that was made and shown before.
    private func apply(_ run: String, _ engine: Engine, _ context: CommandContext) async throws -> Int32 {
        guard let row = try await engine.store.records.run(run) else {
            throw Diagnostic.error("there is no run `\(run)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        guard let stack = try await engine.store.records.stack(id: row.stack) else {
            throw Diagnostic.error("the stack of run `\(run)` is unknown here", outcome: .internalFailure)
        }
        let definition = try engine.store.project.requiredStack(named: stack.name)
        try await context.recover(engine.store, stacks: [definition], until: options.recoveryDeadline)
        try await context.requireKnown([definition], engine.store, allowsNew: applying.allowsNew)
        let batch = ApplyBatch(
            engine: engine, context: context, isAutoApproved: applying.autoApprove,
            execution: applying.execution(options), isDestroy: row.operation == .destroy,
            view: try RunView(context: context, stacks: [stack.name], isStream: options.jsonStream))
        try engine.store.planIsPending(row)
        try await engine.store.hold(planOf: row)
        if row.operation == .destroy {
            try await engine.store.requireUnneeded([stack.name], in: StackGraph(engine.store.project.stacks))
        }
        let pending = PendingPlan(
            definition: definition, run: run, needsApproval: row.status == .awaitingApproval,
            protected: try engine.store.protectedChanges(of: row), view: try await engine.store.planView(of: row),
            isNew: try await engine.store.identify(stack.name).isNew)
        guard !batch.isRefused(pending) else { return ExitStatus.refused }
        if !options.jsonStream { try context.output.write(lines: pending.view) }
        let permitted = try await batch.permitted([pending])
        guard !permitted.isEmpty else { return ExitStatus.refused }
        let (result, signal) = try await batch.watched { watch in
            try await batch.view.whileShown { await batch.apply(pending, watch, TerraformErrors()) }
        }
        return signal?.exitCode ?? result.exitCode
    }
}

/// `stack destroy`
struct DestroyStacks: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "destroy",
        abstract: "Destroy everything that a stack has made.",
        discussion: """
            Examples:

              stack destroy dev
              stack destroy -l env=preview --auto-approve

            The plan is shown first, and a question wants the stack's name.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var selection: StackSelection
    @OptionGroup var options: PlanOptions
    @OptionGroup var applying: ApplyOptions

    func validate() throws {
        if options.refreshOnly {
            throw ValidationError("`--refresh-only` destroys nothing; it goes with `stack apply`")
        }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let engine = try await context.engine()
        return try await planAndApply(
            try await context.selected(selection.choice, engine.store), .destroy, engine: engine, context: context,
            options: options, applying: applying)
    }
}

/// Records of the stacks that have nothing to change what an apply would have recorded.
private func confirm(_ planned: [PlannedStack], _ engine: Engine, _ view: RunView) async throws {
    for stack in planned {
        guard let plan = stack.plan, plan.status == .unchanged else { continue }
        for event in try await engine.confirm(plan) {
            view.show(event, stack: stack.name, run: plan.run)
        }
    }
}

/// Plans all, shows all, asks once, applies what was shown.
private func planAndApply(
    _ stacks: [StackDefinition], _ mode: PlanMode, engine: Engine, context: CommandContext,
    options: PlanOptions, applying: ApplyOptions
) async throws -> Int32 {
    try await context.recover(engine.store, stacks: stacks, until: options.recoveryDeadline)
    if mode == .destroy {
        let graph = try StackGraph(engine.store.project.stacks)
        try await engine.store.requireUnneeded(Set(stacks.map(\.name.value)), in: graph)
    }
    try await context.requireKnown(stacks, engine.store, allowsNew: applying.allowsNew)
    let view = try RunView(context: context, stacks: stacks.map(\.name.value), isStream: options.jsonStream)
    // Whoever does not wait has no turn, and nobody waits for a person who is being asked.
    let unattended = applying.autoApprove && options.patience > .zero ? stacks.filter { !$0.approval } : []
    return try await engine.store.inTurn(
        unattended, until: .now + options.patience,
        onWait: { context.say("Others that apply `\($0)` come first; waiting for the turn.", .warning) }
    ) {
        try await planAndApplyInTurn(
            stacks, mode, engine: engine, view: view, options: options, applying: applying)
    }
}

private func planAndApplyInTurn(
    _ stacks: [StackDefinition], _ mode: PlanMode, engine: Engine, view: RunView, options: PlanOptions,
    applying: ApplyOptions
) async throws -> Int32 {
    let context = view.context
    let graph = try StackGraph(engine.store.project.stacks)
    let graphOptions = context.graphOptions(options, engine.store.project)
    let request = options.request(mode, isForApply: true)
    let record = try await engine.beginGraph(mode == .destroy ? "destroy" : "apply", stacks)
    let planned = try await engine.planAll(stacks, in: graph, request, graphOptions, view: view)
    try await record.record(planned.map(\.graphResult).filter { $0.result != .planned && $0.result != .preview })
    try context.show(planned, request.mode, isStream: options.jsonStream)
    if request.looksAtAll { try await confirm(planned, engine, view) }

    let batch = ApplyBatch(
        engine: engine, context: context, isAutoApproved: applying.autoApprove, execution: applying.execution(options),
        isDestroy: mode == .destroy, view: view)
    let pending = planned.compactMap { PendingPlan($0) }
    let applicable = pending.filter { !batch.isRefused($0) && !batch.isUnreachable($0, by: planned) }
    let permitted = applicable.isEmpty ? [] : try await batch.permitted(applicable)
    guard !permitted.isEmpty else {
        try await record.end()
        let codes = planned.filter { $0.plan == nil }.map(ExitStatus.code(ofFailed:))
        return ExitStatus.worst(of: codes + (pending.isEmpty ? [] : [ExitStatus.refused]))
    }
    let apply = GraphApply(
        batch: batch, graph: graph, request: request, options: graphOptions,
        planned: Dictionary(planned.map { ($0.name, $0) }) { $1 }, permitted: Set(permitted.map(\.name)),
        record: record)
    let (results, signal) = try await batch.watched { try await apply.perform($0) }
    try await record.end()
    if !view.isStream { try context.showTable(results) }
    return signal?.exitCode ?? ExitStatus.worst(of: results.values.map(\.exitCode))
}
