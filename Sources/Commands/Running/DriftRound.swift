import Definitions
import Diagnostics
import Records
import Runs
import StackGraph
import Synchronization

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
    private let reporter: RunReporter?

    init(context: CommandContext, options: DriftOptions, reporter: RunReporter? = nil) {
        self.context = context
        self.options = options
        self.reporter = reporter
    }

    /// Everything is read anew each time: a watch lives longer than a definition.
    ///
    /// - Returns: one result a stack, in the order of their names.
    mutating func look(at selection: StackSelection) async throws -> [CheckedStack] {
        let engine = try await context.engine()
        let stacks =
            isSilent
            ? try await context.select(selection.choice, in: engine.store.project, engine.store.root).stacks
            : try await context.selected(selection.choice, engine.store)
        reporter?.begin(stacks, in: try StackGraph(engine.store.project.stacks))
        // What still works there keeps nobody from looking at the others.
        try await context.recover(engine.store, stacks: stacks, until: .now)
        let view =
            try view
            ?? RunView(
                context: context, stacks: stacks.map(\.name.value), isStream: options.jsonStream, reporter: reporter)
        self.view = view
        return try await check(stacks, engine, view)
    }

    private func check(_ stacks: [StackDefinition], _ engine: Engine, _ view: RunView) async throws -> [CheckedStack] {
        let underWay = PlansUnderWay(store: engine.store)
        let isShown = !isSilent || options.jsonStream
        let usesGateway = !options.isWithoutGateway
        let definitions = Dictionary(stacks.map { ($0.name.value, $0) }) { $1 }
        // What is there can be looked at in any order.
        let schedule = Schedule(of: Set(definitions.keys), in: try StackGraph([]), onFailure: .goOn)
        let limit = context.parallelism(options.parallelism, engine.store.project)
        let checked = try await underWay.interruptible(in: context) {
            try await view.whileShown {
                await workThrough(schedule, atOnce: limit, ending: { _ in .succeeded }, onSkip: { _ in }) { name in
                    await engine.checked(definitions[name], usesGateway: usesGateway) { event in
                        underWay.record(event)
                        if isShown { view.show(event) }
                    }
                }
            }
        }
        try Task.checkCancellation()
        return checked.values.compactMap(\.self).sorted { $0.name < $1.name }
    }
}

extension Engine {
    /// A look at one of several stacks, which throws nothing.
    fileprivate func checked(
        _ definition: StackDefinition?, usesGateway: Bool, onEvent: @escaping @Sendable (GraphEvent) -> Void
    ) async -> CheckedStack? {
        guard let definition else { return nil }
        let name = definition.name.value
        let begun = Mutex<String?>(nil)
        do {
            let check = try await checkDrift(definition, usesGateway: usesGateway) { event, run in
                begun.withLock { $0 = run }
                onEvent(.run(event, stack: name, run: run))
            }
            return CheckedStack(name: name, run: check.run, result: .success(check))
        } catch {
            return CheckedStack(name: name, run: begun.withLock { $0 }, result: .failure(error))
        }
    }
}
