import Definitions
import Diagnostics
import FoundationEssentials
import Plans
import Records
import Runs
import StackGraph
import Terminal

extension Engine {
    /// Plans several stacks in the order of the graph, shown while it goes on; a signal interrupts Terraform.
    func planAll(
        _ stacks: [StackDefinition], in graph: StackGraph, _ request: PlanRequest, _ options: GraphOptions,
        origin: RunOrigin?, view: RunView
    ) async throws -> [PlannedStack] {
        let underWay = PlansUnderWay(store: store)
        return try await underWay.interruptible(in: view.context) {
            try await view.whileShown {
                try await plan(stacks, in: graph, request, options, origin: origin) { event in
                    underWay.record(event)
                    view.show(event)
                }
            }
        }
    }
}

extension CommandContext {
    /// Shows finished plans on standard output, each with its one summary line, and reports the failures.
    ///
    /// - Parameter isStream: whether the plans have gone out as events; a failure may have come before the first.
    func show(_ stacks: [PlannedStack], _ mode: PlanMode, isStream: Bool) throws {
        for stack in stacks {
            switch stack.outcome {
            case .failed(let error): report(diagnostics(of: error), of: stacks.count > 1 ? stack.name : nil)
            case .planned where isStream, .skipped: break
            case .planned(let plan): try show(plan, of: stack.name, mode, isOneOfMany: stacks.count > 1)
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
                StyledLine(stack.name), stack.outcomeText, StyledLine(stack.plan?.summary?.counts ?? ""),
                StyledLine(stack.run ?? ""),
            ])
        }
        try output.write(lines: table.lines(width: output.resultWidth))
    }

    /// What became of each of several stacks, as a table on standard output, and how to go on.
    func showTable(_ results: [String: ApplyResult]) throws {
        guard results.count > 1 else { return }
        var table = Table(columns: ["STACK", "RESULT", "TIME", "RUN"])
        for (name, result) in results.sorted(by: { $0.key < $1.key }) {
            table.append([
                StyledLine(name), result.text, StyledLine(result.duration.map(durationText) ?? ""),
                StyledLine(result.run ?? ""),
            ])
        }
        try output.write(lines: table.lines(width: output.resultWidth))
        let left = results.values.count { $0.result.isLeft }
        if left > 0 { say("\(left) left; `--resume` goes on with them", .hint) }
    }

    /// How many stacks at once: what the user says, else the project, else the machine's cores.
    func parallelism(_ wanted: Int?, _ project: Project) -> Int {
        wanted ?? project.settings.parallelism ?? ProcessInfo.processInfo.activeProcessorCount
    }

    func graphOptions(_ options: PlanOptions, _ project: Project) -> GraphOptions {
        GraphOptions(
            parallelism: parallelism(options.parallelism, project), onFailure: options.failure.policy,
            retries: RetryPolicy(project.settings))
    }
}

extension PlannedStack {
    /// How the planning ended, as people read it.
    fileprivate var outcomeText: StyledLine {
        switch outcome {
        case .planned(let plan): StyledLine(plan.status.text, plan.status.style)
        case .skipped(let because): StyledLine(skippedText(because: because), .warning)
        case .failed:
            switch ExitStatus.code(ofFailed: self) {
            case ExitStatus.refused: StyledLine("refused", .warning)
            case ExitStatus.tryAgain: StyledLine("try again later", .warning)
            default: StyledLine(RunStatus.failed.text, RunStatus.failed.style)
            }
        }
    }
}

/// Why a stack was not worked on.
func skippedText(because failed: String?) -> String { "skipped" + (failed.map { ": `\($0)` was not done" } ?? "") }

extension PlannedStack {
    /// As it is kept of a command that was to make plans.
    var graphResult: GraphRunRow.Stack {
        let result: GraphResult =
            switch outcome {
            case .skipped: .skipped
            case .failed: ExitStatus.code(ofFailed: self) == ExitStatus.refused ? .refused : .failed
            case .planned(let plan):
                switch plan.status {
                case .unchanged: .unchanged
                case .preview: .preview
                case .failed: .failed
                default: .planned
                }
            }
        return GraphRunRow.Stack(name, result, run: run, message: message)
    }

    /// Why there is no plan.
    var message: String? {
        switch outcome {
        case .planned(let plan): plan.message
        case .failed(let error): diagnostics(of: error).first?.message
        case .skipped(let because): skippedText(because: because)
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
