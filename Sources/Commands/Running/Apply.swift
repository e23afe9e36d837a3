import ArgumentParser
import Definitions
import Diagnostics
import FoundationEssentials
import Plans
import Records
import Reports
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
    @OptionGroup var selection: RunSelection
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
                    ? "name the stacks, or give `--all`, `-l SELECTOR`, `--changed`, `--resume` or `--run ID`"
                    : "`--run` names a plan; it takes no stacks")
        }
        if savedRun != nil, options.changesPlan {
            throw ValidationError("`--run` applies a plan as it was made; other flags for planning do not go with it")
        }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let files = try options.reports.files(in: context)
        let engine = try await context.engine()
        if let savedRun { return try await apply(savedRun, files, engine, context) }
        let last = try await context.last(options.operation(.normal), engine.store, for: selection)
        let stacks = try await context.selected(selection, engine.store, after: last)
        let reporter = RunReporter(files, of: .apply)
        reporter.begin(stacks, in: try StackGraph(engine.store.project.stacks))
        return try await reporter.written(in: context) {
            try await planAndApply(
                stacks, .normal, engine: engine, context: context, options: options, applying: applying,
                reporter: reporter, resuming: last)
        }
    }

    /// Applies a plan that was made and shown before.
    private func apply(
        _ run: String, _ files: [ReportFile], _ engine: Engine, _ context: CommandContext
    ) async throws -> Int32 {
        guard let row = try await engine.store.records.run(run) else {
            throw Diagnostic.error("there is no run `\(run)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        guard let stack = try await engine.store.records.stack(id: row.stack) else {
            throw Diagnostic.error("the stack of run `\(run)` is unknown here", outcome: .internalFailure)
        }
        let definition = try engine.store.project.requiredStack(named: stack.name)
        let reporter = RunReporter(files, of: row.operation == .destroy ? .destroy : .apply)
        reporter.begin([definition], in: try StackGraph(engine.store.project.stacks))
        return try await reporter.written(in: context) {
            try await apply(row, of: definition, engine, context, reporter)
        }
    }

    private func apply(
        _ row: RunRow, of definition: StackDefinition, _ engine: Engine, _ context: CommandContext,
        _ reporter: RunReporter
    ) async throws -> Int32 {
        let (name, run) = (definition.name.value, row.id)
        try await context.recover(engine.store, stacks: [definition], until: options.recoveryDeadline)
        try await context.requireKnown([definition], engine.store, allowsNew: applying.allowsNew)
        let batch = ApplyBatch(
            engine: engine, context: context, isAutoApproved: applying.autoApprove,
            execution: applying.execution(options), isDestroy: row.operation == .destroy,
            view: try RunView(context: context, stacks: [name], isStream: options.jsonStream, reporter: reporter))
        // Until it is.
        reporter.settle([GraphRunRow.Stack(name, .refused, run: run, message: "its plan was not applied")])
        if let summary = row.planSummary { reporter.note(.planned(summary), at: Date(), stack: name, run: run) }
        try engine.store.planIsPending(row)
        try await engine.store.hold(planOf: row)
        if row.operation == .destroy {
            try await engine.store.requireUnneeded([name], in: StackGraph(engine.store.project.stacks))
        }
        let pending = PendingPlan(
            definition: definition, run: run, needsApproval: row.status == .awaitingApproval,
            protected: try engine.store.protectedChanges(of: row), view: try await engine.store.planView(of: row),
            isNew: try await engine.store.identify(name).isNew)
        guard !batch.isRefused(pending) else { return ExitStatus.refused }
        if !options.jsonStream { try context.output.write(lines: pending.view) }
        let permitted = try await batch.permitted([pending])
        guard !permitted.isEmpty else { return ExitStatus.refused }
        let (result, stop) = try await batch.watched { watch in
            try await batch.view.whileShown { await batch.apply(pending, watch, TerraformErrors()) }
        }
        reporter.settle([result.row(of: name)])
        return stop.endedBy?.exitCode ?? result.exitCode
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
    @OptionGroup var selection: RunSelection
    @OptionGroup var options: PlanOptions
    @OptionGroup var applying: ApplyOptions

    func validate() throws {
        try selection.requireGiven()
        if options.refreshOnly {
            throw ValidationError("`--refresh-only` destroys nothing; it goes with `stack apply`")
        }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let files = try options.reports.files(in: context)
        let engine = try await context.engine()
        let last = try await context.last(options.operation(.destroy), engine.store, for: selection)
        let stacks = try await context.selected(selection, engine.store, after: last)
        let reporter = RunReporter(files, of: .destroy)
        reporter.begin(stacks, in: try StackGraph(engine.store.project.stacks))
        return try await reporter.written(in: context) {
            try await planAndApply(
                stacks, .destroy, engine: engine, context: context, options: options, applying: applying,
                reporter: reporter, resuming: last)
        }
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
    options: PlanOptions, applying: ApplyOptions, reporter: RunReporter, resuming resumed: GraphRunRow?
) async throws -> Int32 {
    try await context.recover(engine.store, stacks: stacks, until: options.recoveryDeadline)
    let graph = try StackGraph(engine.store.project.stacks)
    if mode == .destroy {
        try await engine.store.requireUnneeded(Set(stacks.map(\.name.value)), in: graph)
    }
    try await context.requireKnown(stacks, engine.store, allowsNew: applying.allowsNew)
    let view = try RunView(
        context: context, stacks: stacks.map(\.name.value),
        awaited: graph.awaited(by: stacks, isDestroy: mode == .destroy), isStream: options.jsonStream,
        reporter: reporter)
    // Whoever does not wait has no turn, and nobody waits for a person who is being asked.
    let unattended = applying.autoApprove && options.patience > .zero ? stacks.filter { !$0.approval } : []
    return try await engine.store.inTurn(
        unattended, until: .now + options.patience,
        onWait: { context.say("Others that apply `\($0)` come first; waiting for the turn.", .warning) }
    ) {
        try await planAndApplyInTurn(
            stacks, mode, in: graph, engine: engine, view: view, options: options, applying: applying,
            reporter: reporter, resuming: resumed)
    }
}

private func planAndApplyInTurn(
    _ stacks: [StackDefinition], _ mode: PlanMode, in graph: StackGraph, engine: Engine, view: RunView,
    options: PlanOptions, applying: ApplyOptions, reporter: RunReporter, resuming resumed: GraphRunRow?
) async throws -> Int32 {
    let context = view.context
    let graphOptions = context.graphOptions(options, engine.store.project)
    let request = options.request(mode, isForApply: true)
    let record = try await engine.beginGraph(options.operation(mode), stacks, resuming: resumed)
    let planned = try await engine.planAll(
        stacks, in: graph, request, graphOptions, origin: record.origin, view: view)
    reporter.settle(planned)
    try await record.record(planned.map(\.graphResult).filter { $0.result != .planned && $0.result != .preview })
    try context.show(planned, request.mode, isStream: options.jsonStream)
    if request.looksAtAll { try await confirm(planned, engine, view) }

    let batch = ApplyBatch(
        engine: engine, context: context, isAutoApproved: applying.autoApprove, execution: applying.execution(options),
        isDestroy: mode == .destroy, view: view)
    let pending = planned.compactMap { PendingPlan($0) }
    let reachable = Set(planned.filter { $0.plan != nil }.map(\.name))
    let applicable = pending.filter { !batch.isRefused($0) && !batch.isUnreachable($0, by: reachable) }
    // One has failed already.
    let isOver = graphOptions.onFailure == .stop && reachable.count < planned.count
    let permitted = applicable.isEmpty || isOver ? [] : try await batch.permitted(applicable)
    guard !permitted.isEmpty else {
        reporter.settle(
            pending.map { GraphRunRow.Stack($0.name, .refused, run: $0.run, message: "its plan was not applied") })
        try await record.end()
        let codes = planned.filter { $0.plan == nil }.map(ExitStatus.code(ofFailed:))
        return ExitStatus.worst(of: codes + (pending.isEmpty ? [] : [ExitStatus.refused]))
    }
    let apply = GraphApply(
        batch: batch, graph: graph, request: request, options: graphOptions,
        planned: Dictionary(planned.map { ($0.name, $0) }) { $1 }, permitted: Set(permitted.map(\.name)),
        record: record)
    let (results, signal) = try await apply.perform()
    reporter.settle(results.map { $1.row(of: $0) })
    try await record.end()
    if !view.isStream { try context.showTable(results) }
    if let signal { return signal.exitCode }
    let code = ExitStatus.worst(of: results.values.map(\.exitCode))
    let isLeft = results.values.contains { $0.result.isLeft && $0.result != .detached }
    // Whatever kept them back has a code of its own, but where somebody has gone and left them.
    return code == ExitStatus.done && isLeft ? ExitStatus.refused : code
}
