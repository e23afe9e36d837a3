import Definitions
import Diagnostics
import Plans
import Records
import Runs
import Terminal

/// A saved plan that waits to be applied.
struct PendingPlan: Sendable {
    let definition: StackDefinition
    let run: String
    let needsApproval: Bool
    let protected: [String: String]
    let view: [StyledLine]
    /// Whether the stack was never applied.
    let isNew: Bool

    var name: String { definition.name.value }

    /// Nil when the stack's plan failed or has nothing to do.
    init?(_ stack: PlannedStack) {
        guard let plan = stack.plan, plan.status.hasPendingPlan else { return nil }
        self.init(
            definition: stack.definition, run: plan.run, needsApproval: plan.status == .awaitingApproval,
            protected: plan.protected, view: plan.view, isNew: plan.isNewStack)
    }

    init(
        definition: StackDefinition, run: String, needsApproval: Bool, protected: [String: String],
        view: [StyledLine], isNew: Bool
    ) {
        self.definition = definition
        self.run = run
        self.needsApproval = needsApproval
        self.protected = protected
        self.view = view
        self.isNew = isNew
    }
}

/// The applies of one command: the one question, the executors, the table at the end.
struct ApplyBatch: Sendable {
    let engine: Engine
    let context: CommandContext
    let isAutoApproved: Bool
    let execution: ExecutionOptions
    let isDestroy: Bool
    let view: RunView

    private static let kept = "Nothing was applied. The plans are kept: `stack runs` lists them."

    /// Says why a protected stack's plan is not applied.
    func isRefused(_ plan: PendingPlan) -> Bool {
        guard let refusal = protectionRefusal(plan.definition, plan.protected, execution) else { return false }
        context.report([refusal])
        return true
    }

    /// Asks whether to apply. A "yes" at the terminal is an approval too; `--auto-approve` is none: without a terminal it
    /// applies what needs no approval.
    ///
    /// - Returns: the plans to apply. The others are kept: the answer was no, or nobody could be asked.
    func permitted(_ plans: [PendingPlan]) async throws -> [PendingPlan] {
        let unapproved = plans.filter(\.needsApproval)
        if isAutoApproved, unapproved.isEmpty { return plans }
        let prompt = prompt(for: plans)
        if context.output.options.canAsk { context.output.message("") }
        switch try await context.ask(prompt.text, whenCanceled: Self.kept) {
        case .text(prompt.answer):
            for plan in unapproved {
                _ = try await engine.store.approve(try await engine.store.requiredRun(plan.run))
            }
            return plans
        case .text, .endOfInput:
            context.say(Self.kept, .warning)
            return []
        case .nobody where isAutoApproved:
            context.report(unapproved.map(missingApproval))
            return plans.filter { !$0.needsApproval }
        case .nobody:
            context.report([.nobodyToAsk])
            return []
        }
    }

    private func prompt(for plans: [PendingPlan]) -> (text: String, answer: String) {
        let names = plans.map { "`\($0.name)`" }.joined(separator: ", ")
        guard isDestroy else {
            return (
                "Apply \(plans.count == 1 ? "this plan" : "these plans") to \(names)? Only `yes` is accepted:", "yes"
            )
        }
        let answer = plans.count == 1 ? plans[0].name : "destroy \(plans.count) stacks"
        return ("This destroys everything of \(names). To go on, type `\(answer)`:", answer)
    }

    private func missingApproval(_ plan: PendingPlan) -> Diagnostic {
        let apply = "stack apply --run \(plan.run) --auto-approve\(plan.isNew ? " --new" : "")"
        return .error(
            "the stack `\(plan.name)` wants an approval before it is changed; its plan is kept",
            hint: "`stack approve \(plan.run)`, then `\(apply)`", outcome: .refused)
    }

    /// Starts an executor for each plan and follows them to their ends.
    func apply(_ plans: [PendingPlan], atOnce limit: Int) async throws -> Int32 {
        let watch = ApplyWatch(context: context, store: engine.store)
        let results = try await context.signals.handled { signals in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await watch.handle(signals) }
                defer { group.cancelAll() }
                return try await view.whileShown {
                    try await inParallel(plans, atOnce: limit) { await result(of: $0, watch) }
                }
            }
        }
        if !view.isStream { try show(results) }
        if let signal = await watch.endedBy { return signal.exitCode }
        return ExitStatus.worst(of: results.map(\.exitCode))
    }

    private func result(of plan: PendingPlan, _ watch: ApplyWatch) async -> ApplyResult {
        let start = ContinuousClock.now
        do {
            guard await watch.begins(plan.run, stack: plan.name) else {
                return ApplyResult(plan: plan, status: nil, duration: .zero, exitCode: ExitStatus.refused)
            }
            // Asked before there is an executor that writes more.
            let newest = try await engine.store.newestEvent(of: plan.run)
            let executor = try await engine.startExecutor(run: plan.run, execution)
            await watch.began(plan.run, by: executor)
            let events = engine.store.follow(plan.run, after: newest, executor: executor)
            for try await recorded in await watch.untilDetached(events) {
                await watch.record(recorded.event, run: plan.run)
                view.show(recorded, stack: plan.name, run: plan.run)
            }
            let isDetached = await watch.isDetached
            await watch.ended(plan.run)
            let status = try await engine.store.records.run(plan.run)?.status
            return ApplyResult(
                plan: plan, status: status, duration: ContinuousClock.now - start,
                exitCode: isDetached ? ExitStatus.done : exitCode(status))
        } catch {
            await watch.ended(plan.run)
            let problems = diagnostics(of: error)
            context.report(problems, of: view.isOfMany ? plan.name : nil)
            return ApplyResult(
                plan: plan, status: try? await engine.store.records.run(plan.run)?.status,
                duration: ContinuousClock.now - start,
                exitCode: ExitStatus.code(for: problems))
        }
    }

    private func exitCode(_ status: RunStatus?) -> Int32 {
        switch status {
        case .succeeded: ExitStatus.done
        case .stale: ExitStatus.refused
        default: ExitStatus.failed
        }
    }

    private func show(_ results: [ApplyResult]) throws {
        guard results.count > 1 else { return }
        var table = Table(columns: ["STACK", "RESULT", "TIME", "RUN"])
        for result in results {
            table.append([
                StyledLine(result.plan.name),
                StyledLine(result.status?.text ?? "not started", result.status?.style ?? .warning),
                StyledLine(durationText(result.duration)), StyledLine(result.plan.run),
            ])
        }
        try context.output.write(lines: table.lines(width: context.output.resultWidth))
    }
}

extension Diagnostic {
    fileprivate static var nobodyToAsk: Diagnostic {
        .error(
            "there is no terminal to ask on; nothing was applied, the plans are kept",
            hint: "Give `--auto-approve`, or apply a plan later with `stack apply --run RUN --auto-approve`",
            outcome: .refused)
    }
}

/// How one apply of a batch ended.
private struct ApplyResult: Sendable {
    let plan: PendingPlan
    let status: RunStatus?
    let duration: Duration
    let exitCode: Int32
}
