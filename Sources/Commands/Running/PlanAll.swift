import Definitions
import Diagnostics
import FoundationEssentials
import Plans
import Records
import Runs
import StateStore
import Terminal

/// What came of planning one stack of several.
struct PlannedStack: Sendable {
    let definition: StackDefinition
    /// Nil when it could not be begun.
    let run: String?
    let result: Result<PlanResult, any Error>

    var name: String { definition.name.value }

    /// The finished plan, unless planning failed.
    var plan: PlanResult? {
        guard case .success(let plan) = result, plan.status != .failed else { return nil }
        return plan
    }
}

extension Engine {
    /// Plans several stacks side by side; one that fails does not stop the others. A plan that is to be applied waits until
    /// its stack is free, for as long as the request says: one that was made before the run at work has ended is stale.
    ///
    /// - Returns: one result a stack, in the order of `stacks`.
    func planAll(
        _ stacks: [StackDefinition], _ request: PlanRequest, atOnce limit: Int,
        view: RunView
    ) async throws -> [PlannedStack] {
        let underWay = PlansUnderWay(store: store)
        let results = try await underWay.interruptible(in: view.context) {
            try await view.whileShown {
                try await inParallel(stacks, atOnce: limit) { definition in
                    let name = definition.name.value
                    do {
                        try Task.checkCancellation()
                        if request.isForApply { try await waitForLock(name, request.lockTimeout, view) }
                        let plan = try await plan(definition, request) { event, run in
                            underWay.began(run, of: name)
                            view.show(event, stack: name, run: run)
                        }
                        return PlannedStack(
                            definition: definition, run: underWay.ended(name), result: .success(plan))
                    } catch {
                        return PlannedStack(
                            definition: definition, run: underWay.ended(name), result: .failure(error))
                    }
                }
            }
        }
        try Task.checkCancellation()
        return results
    }

    private func waitForLock(_ name: String, _ timeout: Duration, _ view: RunView) async throws {
        let stack = try await store.identify(name).row
        try await store.states.waitUntilUnlocked(stack, timeout: timeout) { holder, isFirst in
            if isFirst { view.show(.waitingForLock(of: holder), stack: name, run: holder.run) }
            // A holder that dies meanwhile never gives its lock back by itself.
            try await store.recoverMeanwhile(stack) { view.show($0, stack: name, run: holder.run) }
        }
    }
}

/// Does some work for each element, at most `limit` at a time, and gives the results in the elements' order.
func inParallel<Element: Sendable, Value: Sendable>(
    _ elements: [Element], atOnce limit: Int, _ work: @escaping @Sendable (Element) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        var waiting = elements.enumerated().makeIterator()
        func startNext() {
            guard let (index, element) = waiting.next() else { return }
            group.addTask { (index, try await work(element)) }
        }
        for _ in 0..<limit { startNext() }
        var results = [Value?](repeating: nil, count: elements.count)
        while let (index, value) = try await group.next() {
            results[index] = value
            startNext()
        }
        return results.compactMap { $0 }
    }
}

extension CommandContext {
    /// Shows finished plans on standard output, each with its one summary line, and reports the failures.
    ///
    /// - Parameter isStream: whether the plans have gone out as events; a failure may have come before the first.
    func show(_ stacks: [PlannedStack], _ mode: PlanMode, isStream: Bool) throws {
        for stack in stacks {
            switch stack.result {
            case .failure(let error): report(diagnostics(of: error), of: stacks.count > 1 ? stack.name : nil)
            case .success where isStream: break
            case .success(let plan): try show(plan, of: stack.name, mode, isOneOfMany: stacks.count > 1)
            }
        }
    }

    private func show(
        _ plan: PlanResult, of name: String, _ mode: PlanMode, isOneOfMany: Bool
    ) throws {
        guard plan.summary != nil else { return }
        let heading = isOneOfMany ? [stackHeading(name)] : []
        guard plan.status != .unchanged else {
            try output.write(lines: [StyledLine("No changes. ", .success) + mode.nothingToDo(name)])
            return
        }
        try output.write(lines: heading + plan.view + (isOneOfMany ? [StyledLine()] : []))
    }

    /// What came of each of several stacks, as a table on standard output.
    func showTable(_ stacks: [PlannedStack]) throws {
        guard stacks.count > 1 else { return }
        var table = Table(columns: ["STACK", "RESULT", "PLAN", "RUN"])
        for stack in stacks {
            table.append([
                StyledLine(stack.name), stack.outcome, StyledLine(stack.plan?.summary?.counts ?? ""),
                StyledLine(stack.run ?? ""),
            ])
        }
        try output.write(lines: table.lines(width: output.resultWidth))
    }

    func parallelism(_ options: PlanOptions, _ project: Project) -> Int { parallelism(options.parallelism, project) }

    /// How many stacks at once: what the user says, else the project, else the machine's cores.
    func parallelism(_ wanted: Int?, _ project: Project) -> Int {
        wanted ?? project.settings.parallelism ?? ProcessInfo.processInfo.activeProcessorCount
    }
}

extension PlannedStack {
    /// How the planning ended, as people read it.
    fileprivate var outcome: StyledLine {
        switch result {
        case .success(let plan): StyledLine(plan.status.text, plan.status.style)
        case .failure:
            switch ExitStatus.code(ofFailed: self) {
            case ExitStatus.refused: StyledLine("refused", .warning)
            case ExitStatus.tryAgain: StyledLine("try again later", .warning)
            default: StyledLine(RunStatus.failed.text, RunStatus.failed.style)
            }
        }
    }
}

extension PlanMode {
    fileprivate func nothingToDo(_ stack: String) -> String {
        switch self {
        case .normal: "`\(stack)` is as it is defined."
        case .destroy: "`\(stack)` has nothing that could be destroyed."
        case .refreshOnly: "`\(stack)` is as its last run left it."
        }
    }
}

extension StyledLine {
    fileprivate static func + (line: StyledLine, text: String) -> StyledLine {
        StyledLine(line.spans + [StyledSpan(text)])
    }
}
