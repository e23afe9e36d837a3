import Definitions
import Diagnostics
import Plans
import Records
import Runs
import Terminal

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

    /// Says why a preview could not become a plan: what it takes is of stacks that this command does not apply.
    func isUnreachable(_ plan: PendingPlan, by planned: Set<String>) -> Bool {
        let missing = plan.awaited.subtracting(planned).sorted()
        guard !missing.isEmpty else { return false }
        let names = missing.map { "`\($0)`" }.joined(separator: ", ")
        context.report([
            .error(
                "`\(plan.name)` takes outputs of \(names), which \(missing.count == 1 ? "has" : "have") none yet",
                hint: "Apply all of them: `stack apply \(plan.name) --with-dependencies`", outcome: .refused)
        ])
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
            for plan in unapproved where !plan.isPreview { try await approve(plan.run) }
            return plans
        case .text, .endOfInput:
            context.say(Self.kept, .warning)
            return []
        case .nobody where isAutoApproved:
            // One that is a preview yet is told when its plan has been made.
            context.report(unapproved.filter { !$0.isPreview }.map(missingApproval))
            return plans.filter { !$0.needsApproval }
        case .nobody:
            context.report([.nobodyToAsk])
            return []
        }
    }

    /// Asks about one plan that is another than the one that was shown; whoever cannot be asked does not agree.
    func asks(about plan: PendingPlan) async -> Bool {
        let prompt = prompt(for: [plan])
        guard context.output.options.canAsk,
            let answer = try? await context.ask(prompt.text, whenCanceled: Self.kept)
        else { return false }
        return answer == .text(prompt.answer)
    }

    /// Applies plans while a view of it is shown; signals are about what is under way.
    func watched<Value: Sendable>(
        _ work: @escaping @Sendable (ApplyWatch) async throws -> Value
    ) async throws -> (Value, stop: (endedBy: StopSignal?, hasStopped: Bool)) {
        let watch = ApplyWatch(context: context, store: engine.store, isOfMany: view.isOfMany)
        let value = try await context.signals.handled { signals in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await watch.handle(signals) }
                defer { group.cancelAll() }
                return try await work(watch)
            }
        }
        return (value, (await watch.endedBy, await watch.hasStopped))
    }

    /// What was approved at the terminal.
    func approve(_ run: String) async throws {
        _ = try await engine.store.approve(try await engine.store.requiredRun(run))
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

    func missingApproval(_ plan: PendingPlan) -> Diagnostic {
        let apply = "stack apply --run \(plan.run) --auto-approve\(plan.isNew ? " --new" : "")"
        return .error(
            "the stack `\(plan.name)` wants an approval before it is changed; its plan is kept",
            hint: "`stack approve \(plan.run)`, then `\(apply)`", outcome: .refused)
    }

    /// Starts an executor for a plan and follows it to its end.
    ///
    /// - Parameter errors: told what Terraform says goes wrong.
    func apply(_ plan: PendingPlan, _ watch: ApplyWatch, _ errors: TerraformErrors) async -> ApplyResult {
        do {
            guard await watch.begins(plan.run, stack: plan.name) else {
                return ApplyResult(.skipped, run: plan.run, message: "not started", exitCode: ExitStatus.refused)
            }
            // Asked before there is an executor that writes more.
            let newest = try await engine.store.newestEvent(of: plan.run)
            let executor = try await engine.startExecutor(run: plan.run, execution)
            await watch.began(plan.run, by: executor)
            let events = engine.store.follow(plan.run, after: newest, executor: executor)
            for try await recorded in await watch.untilDetached(events) {
                await watch.record(recorded.event, run: plan.run)
                errors.record(recorded.event)
                view.show(recorded, stack: plan.name, run: plan.run)
            }
            let isDetached = await watch.isDetached
            await watch.ended(plan.run)
            if isDetached { return ApplyResult(.detached, run: plan.run, message: nil, exitCode: ExitStatus.done) }
            let run = try await engine.store.records.run(plan.run)
            let result = result(of: run?.status)
            return ApplyResult(
                result, run: plan.run, status: run?.status, message: run?.message,
                exitCode: result == .succeeded
                    ? ExitStatus.done : result == .refused ? ExitStatus.refused : ExitStatus.failed)
        } catch {
            await watch.ended(plan.run)
            return failure(error, run: plan.run, of: plan.name)
        }
    }

    /// Reports what kept a stack from being applied.
    func failure(_ error: any Error, run: String?, of stack: String) -> ApplyResult {
        let problems = diagnostics(of: error)
        context.report(problems, of: view.isOfMany ? stack : nil)
        view.reporter?.note(problems, of: stack)
        let code = ExitStatus.code(for: problems)
        return ApplyResult(
            code == ExitStatus.refused ? .refused : .failed, run: run, message: problems.first?.message, exitCode: code)
    }

    private func result(of status: RunStatus?) -> GraphResult {
        switch status {
        case .succeeded: .succeeded
        case .stale: .refused
        default: .failed
        }
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
