import ArgumentParser
import Diagnostics
import Records
import Runs

/// `stack approve`
struct Approve: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Approve a run's plan.",
        discussion: """
            Examples:

              stack approve 20261119-093012-k3v9
              stack apply --run 20261119-093012-k3v9

            Records who approved and when; nothing is applied.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The run.", completion: runCompletion { $0 == .awaitingApproval })
    var id: String

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let run = try await store.requiredRun(id)
        let known = try await store.approve(run)
        let isNew = try await store.stackNames()[run.stack].asyncMap { try await store.identify($0).isNew } ?? false
        let fact = known.map { "Approved already, by \($0.user)@\($0.host)." } ?? "Approved."
        context.say("\(fact) To apply it: stack apply --run \(id)\(isNew ? " --new" : "")", .success)
        return ExitStatus.done
    }
}

/// `stack discard`
struct Discard: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decide against a run's plan.",
        discussion: """
            Examples:

              stack discard 20261119-093012-k3v9
              stack discard 20261119-093012-k3v9 -q
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The run.", completion: runCompletion(\.hasPendingPlan))
    var id: String

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        try await store.discard(try await store.requiredRun(id))
        context.say("Discarded.", .success)
        return ExitStatus.done
    }
}

/// `stack cancel`
struct Cancel: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a working run to stop.",
        discussion: """
            Examples:

              stack cancel 20261119-093012-k3v9
              stack cancel 20261119-093012-k3v9 --force

            Terraform is interrupted once: it begins nothing new, what is being made
            comes to its end, and its state is saved. What takes longer than the apply's
            `--stop-timeout` is stopped, and named where the state does not show it.
            `--force` kills a plan that hangs, and ends one whose process cannot be
            looked at from here; nothing else is ended so.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The run.", completion: runCompletion(\.isActive))
    var id: String

    @Flag(help: "End a run that plans, whatever it does.")
    var force = false

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let run = try await store.requiredRun(id)
        guard run.status.isActive else { throw isIdle(run) }
        if force {
            let hasEnded = try await store.cancelByForce(run)
            context.say(hasEnded ? "Ended." : "Killed what it had started; its process ends the run.", .success)
            return ExitStatus.done
        }
        guard try await store.records.requestCancel(run: id, in: [.queued, .planning, .applying]) else {
            throw isIdle(try await store.requiredRun(id))
        }
        context.say("Asked to stop. Follow it: stack logs \(id) --follow", .success)
        return ExitStatus.done
    }
}

private func isIdle(_ run: RunRow) -> Diagnostic {
    .error(
        "run `\(run.id)` is \(run.status.rawValue): nobody works on it",
        hint: run.status.hasPendingPlan ? "`stack discard \(run.id)` gives its plan up" : nil, outcome: .refused)
}
