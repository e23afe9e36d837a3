import ArgumentParser
import Definitions
import Diagnostics
import Plans
import Records
import Runs
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
        return try await PlanAndApply(
            engine: engine, context: context, mode: .normal, options: options, applying: applying
        ).run(try await context.selected(selection, engine.store))
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
        let pending = PendingPlan(
            definition: definition, run: run, needsApproval: row.status == .awaitingApproval,
            protected: try engine.store.protectedChanges(of: row), view: try await engine.store.planView(of: row),
            isNew: try await engine.store.identify(stack.name).isNew)
        guard !batch.isRefused(pending) else { return ExitStatus.refused }
        if !options.jsonStream { try context.output.write(lines: pending.view) }
        let permitted = try await batch.permitted([pending])
        guard !permitted.isEmpty else { return ExitStatus.refused }
        return try await batch.apply(permitted, atOnce: 1).exitCode
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
        return try await PlanAndApply(
            engine: engine, context: context, mode: .destroy, options: options, applying: applying
        ).run(try await context.selected(selection.choice, engine.store))
    }
}
