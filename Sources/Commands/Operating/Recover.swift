import ArgumentParser
import Diagnostics
import Records
import Runs

/// `stack recover`
struct Recover: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "End runs whose processes have died.",
        discussion: """
            Examples:

              stack recover
              stack recover -C fleet

            Takes in what Terraform had saved, names by address what cannot be known, and
            releases the locks. Every plan and apply does the same for its own stacks
            first.
            """)

    @OptionGroup var global: GlobalOptions

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let result = try await store.recover { run, processes in context.sayWaiting(run, processes) }
        context.show(result.recovered)
        for run in result.unfinished {
            context.say("Run \(run.run.id) of `\(run.stack)`: \(run.reason).")
        }
        let notices = try await store.takeInForgottenApplies(to: nil, program: stackVersion)
        context.report(notices)
        if result.recovered.isEmpty, result.unfinished.isEmpty, notices.isEmpty {
            context.say("Nothing to recover.", .success)
        }
        return ExitStatus.done
    }
}
