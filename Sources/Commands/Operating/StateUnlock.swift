import ArgumentParser
import Diagnostics
import Records
import Runs
import Terminal

/// `stack state unlock`
struct StateUnlock: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Release the lock of a run that is over.",
        discussion: """
            Examples:

              stack state unlock dev
              stack state unlock dev --force 20261119-093012-k3v9

            A run whose processes are proved gone is recovered. One that is, or may be,
            at work keeps its lock, unless it is named with `--force`, which is recorded.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Option(
        help: ArgumentHelp("Take the lock from this run although it may be at work.", valueName: "run"),
        completion: runCompletion { !$0.isTerminal })
    var force: String?

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let stack = try await store.existing(name)
        guard let holder = try await store.records.lockHolder(of: stack.id) else {
            context.say("`\(name)` is not locked.", .success)
            return ExitStatus.done
        }
        if let force, force != holder.run {
            throw Diagnostic.error(
                "the lock of `\(name)` is held by run `\(holder.run)`, not by `\(force)`", outcome: .usage)
        }
        // What can be recovered is recovered: only a run that may be at work loses its lock by force.
        let unfinished = try await recover(store, holder, context)
        guard try await store.records.lockHolder(of: stack.id)?.run == holder.run else {
            context.say("`\(name)` is unlocked.", .success)
            return ExitStatus.done
        }
        if force != nil {
            let taken = try await store.unlockByForce(stack, holder)
            context.say("The lock was taken from run \(holder.run); it is recorded there.", .warning)
            if let taken { context.report(taken.problems + taken.unknown.diagnostics(of: name)) }
            return ExitStatus.done
        }
        throw Diagnostic.error(
            "run `\(holder.run)` holds the lock of `\(name)`: \(unfinished?.reason ?? "it is about to be applied")",
            hint: "Wait for it; if you know that it is over: stack state unlock \(name) --force \(holder.run)",
            outcome: .refused)
    }

    /// What stands in the way of the run's end; a recovery that fails is no reason not to use force.
    private func recover(
        _ store: ProjectStore, _ holder: LockHolder, _ context: CommandContext
    ) async throws -> UnfinishedRun? {
        do {
            let result = try await store.recover(stacks: [name], until: .now)
            context.show(result.recovered)
            return result.unfinished.first { $0.run.id == holder.run }
        } catch  where force != nil {
            context.report(diagnostics(of: error))
            return nil
        }
    }
}
