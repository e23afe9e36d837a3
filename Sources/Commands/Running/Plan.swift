import ArgumentParser
import Definitions
import Diagnostics
import Plans
import Records
import Reports
import Runs
import StackGraph

/// `stack plan`
struct PlanStacks: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what an apply would change.",
        discussion: """
            Examples:

              stack plan dev
              stack plan --all --detailed-exitcode
              stack plan -l env=prod --json-stream

            Nothing is changed and no lock is taken. The plan is kept:
            `stack apply --run RUN` applies it. What takes an output of a stack that
            is yet to be applied is shown as a preview, which cannot be applied.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var selection: RunSelection
    @OptionGroup var options: PlanOptions

    @Flag(help: "Plan to destroy everything.")
    var destroy = false

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 2 when there is something to change.")
    var hasDetailedExitCode = false

    func validate() throws {
        try selection.requireGiven()
        if destroy, options.refreshOnly { throw ValidationError("give `--destroy` or `--refresh-only`, not both") }
    }

    func run(in context: CommandContext) async throws -> Int32 {
        let files = try options.reports.files(in: context)
        let engine = try await context.engine()
        let last = try await context.last("plan", engine.store, for: selection)
        let stacks = try await context.selected(selection, engine.store, after: last)
        let graph = try StackGraph(engine.store.project.stacks)
        let reporter = RunReporter(files, of: .plan)
        reporter.begin(stacks, in: graph)
        return try await reporter.written(in: context) {
            try await context.recover(engine.store, stacks: stacks, until: options.recoveryDeadline)
            let view = try RunView(
                context: context, stacks: stacks.map(\.name.value),
                awaited: graph.awaited(by: stacks, isDestroy: destroy), isStream: options.jsonStream, reporter: reporter
            )
            let request = options.request(destroy ? .destroy : .normal)
            let record = try await engine.beginGraph("plan", stacks, resuming: last)
            let planned = try await engine.planAll(
                stacks, in: graph, request, context.graphOptions(options, engine.store.project), origin: record.origin,
                view: view)
            reporter.settle(planned)
            try await record.record(planned.map(\.graphResult))
            try await record.end()
            try context.show(planned, request.mode, isStream: options.jsonStream)
            if !options.jsonStream {
                try context.showTable(planned)
                sayNext(planned, context)
            }
            return ExitStatus.worst(of: planned.map(exitCode))
        }
    }

    private func exitCode(of stack: PlannedStack) -> Int32 {
        guard let plan = stack.plan else { return ExitStatus.code(ofFailed: stack) }
        return plan.isPending && hasDetailedExitCode ? ExitStatus.changesPending : ExitStatus.done
    }

    private func next(_ plan: PlanResult) -> String {
        guard plan.status != .preview else {
            let names = plan.awaited.sorted().map { "`\($0)`" }.joined(separator: ", ")
            return "It can be planned for an apply when \(names) has been applied"
        }
        guard plan.status != .awaitingApproval else { return "To approve this plan: stack approve \(plan.run)" }
        return "To apply just this plan: stack apply --run \(plan.run)\(plan.isNewStack ? " --new" : "")"
    }

    private func sayNext(_ planned: [PlannedStack], _ context: CommandContext) {
        let pending = planned.filter { $0.plan?.isPending == true }
        guard let first = pending.first, let plan = first.plan else { return }
        if pending.count == 1 {
            context.say(next(plan), .hint)
        } else {
            context.say("\(pending.count) stacks have changes; `stack runs` lists their plans", .hint)
        }
    }
}
