import Definitions
import Diagnostics
import Records
import Runs

/// What came of a look at one stack of several.
struct CheckedStack: Sendable {
    let name: String
    /// Nil when none was begun.
    let run: String?
    let result: Result<DriftCheck, any Error>

    /// Nil where nothing was found out and nothing recorded.
    var outcome: DriftCheck.Outcome? { try? result.get().outcome }

    /// What is recorded of it now; nil where nothing is.
    var row: DriftRow? {
        guard case .recorded(let row) = outcome else { return nil }
        return row
    }

    var exitCode: Int32 {
        switch result {
        case .failure(let error): ExitStatus.code(for: diagnostics(of: error))
        case .success(let check):
            switch check.outcome {
            case .neverApplied, .hasNoResources: ExitStatus.done
            case .recorded(let row): row.result.exitCode
            }
        }
    }
}

extension DriftResult {
    fileprivate var exitCode: Int32 {
        switch self {
        case .inSync: ExitStatus.done
        case .drifted: ExitStatus.changesPending
        case .unreachable: ExitStatus.failed
        }
    }
}

/// Looks at several stacks side by side; one that cannot be looked at does not stop the others.
struct DriftRound {
    let context: CommandContext
    let options: DriftOptions
    /// Whether nobody wants to see how it goes: a watch tells only what has changed.
    var isSilent = false
    private var view: RunView?

    init(context: CommandContext, options: DriftOptions) {
        self.context = context
        self.options = options
    }

    /// Everything is read anew each time: a watch lives longer than a definition.
    ///
    /// - Returns: one result a stack, in the order of their names.
    mutating func look(at selection: StackSelection) async throws -> [CheckedStack] {
        let engine = try await context.engine()
        let stacks =
            isSilent
            ? try selection.choice.stacks(in: engine.store.project)
            : try await context.selected(selection.choice, engine.store)
        // What still works there keeps nobody from looking at the others.
        try await context.recover(engine.store, stacks: stacks, until: .now)
        let view = try view ?? RunView(context: context, stacks: stacks.map(\.name.value), isStream: options.jsonStream)
        self.view = view
        return try await check(stacks, engine, view)
    }

    private func check(_ stacks: [StackDefinition], _ engine: Engine, _ view: RunView) async throws -> [CheckedStack] {
        let underWay = PlansUnderWay(store: engine.store)
        let isShown = !isSilent || options.jsonStream
        let usesGateway = !options.isWithoutGateway
        let limit = context.parallelism(options.parallelism, engine.store.project)
        let checked = try await underWay.interruptible(in: context) {
            try await view.whileShown {
                try await inParallel(stacks, atOnce: limit) { definition in
                    let name = definition.name.value
                    do {
                        try Task.checkCancellation()
                        let check = try await engine.checkDrift(definition, usesGateway: usesGateway) { event, run in
                            underWay.began(run, of: name)
                            if isShown { view.show(event, stack: name, run: run) }
                        }
                        return CheckedStack(name: name, run: underWay.ended(name), result: .success(check))
                    } catch {
                        return CheckedStack(name: name, run: underWay.ended(name), result: .failure(error))
                    }
                }
            }
        }
        try Task.checkCancellation()
        return checked
    }
}
