import ArgumentParser
import Records
import Runs

/// `stack logs`
struct Logs: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what happened in a run.",
        discussion: """
            Examples:

              stack logs 20261119-093012-k3v9
              stack logs 20261119-093012-k3v9 --follow

            Following ends with the run; ending the following does not touch the run.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The run.", completion: runCompletion { _ in true })
    var id: String

    @Flag(name: .shortAndLong, help: "Go on until the run ends.")
    var follow = false

    @Flag(help: "Write one JSON object a line to standard output instead of text.")
    var jsonStream = false

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let run = try await store.requiredRun(id)
        let stack = try await store.stackNames()[run.stack] ?? run.stack
        let view = try RunView(context: context, stacks: [stack], isStream: jsonStream)
        guard follow else {
            // Part by part: a run may have told hundreds of thousands.
            var sequence = 0
            while case let rows = try await store.records.events(run: id, after: sequence), let last = rows.last {
                for row in rows {
                    if let recorded = RecordedEvent(row) { view.show(recorded, stack: stack, run: id) }
                }
                sequence = last.sequence
            }
            return ExitStatus.done
        }
        return try await view.whileShown {
            for try await recorded in store.follow(id) { view.show(recorded, stack: stack, run: id) }
            try Task.checkCancellation()
            let status = try await store.requiredRun(id).status
            return status == .failed || status == .interrupted ? ExitStatus.failed : ExitStatus.done
        }
    }
}
