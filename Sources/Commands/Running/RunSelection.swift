import ArgumentParser
import Definitions
import Diagnostics
import Records
import Runs

/// The stacks that a command is to run: those of a selection, or those with which the last such command was not done.
struct RunSelection: ParsableArguments {
    @OptionGroup var choice: OptionalStackSelection

    @Flag(help: "Only stacks that failed in the last such command about several.")
    var failed = false

    @Flag(help: "Only what the last such command about several has left.")
    var resume = false

    var isGiven: Bool { choice.isGiven || failed || resume }

    func validate() throws {
        if failed, resume { throw ValidationError("`--resume` takes what failed, too; give one of them") }
        if choice.all, failed || resume {
            throw ValidationError("`--all` takes every stack; leave it out beside `--failed` and `--resume`")
        }
    }

    /// For commands in which nothing may stand in the place of a selection.
    func requireGiven() throws {
        guard isGiven else {
            throw ValidationError(
                "name the stacks, or give `--all`, `-l SELECTOR`, `--changed`, `--failed` or `--resume`")
        }
    }
}

extension CommandContext {
    /// The stacks that a command is to run; none, where there is nothing to do for it, which is said.
    ///
    /// - Parameter operation: as the command is called.
    /// - Throws: as for any selection; a `Diagnostic` when no such command was given before.
    func selected(
        _ selection: RunSelection, _ store: ProjectStore, for operation: String
    ) async throws -> [StackDefinition] {
        guard selection.failed || selection.resume else { return try await selected(selection.choice, store) }
        guard let last = try await store.records.newestGraphRun(of: operation) else {
            throw Diagnostic.error(
                "there was no `stack \(operation)` of several stacks yet",
                hint: "`--failed` and `--resume` go on with one", outcome: .usage)
        }
        let flag = selection.failed ? "--failed" : "--resume"
        let names = last.stacks.filter { selection.failed ? $0.result == .failed : $0.result.isLeft }.map(\.name)
        let defined = Set(store.project.stacks.map(\.name.value))
        let found = names.filter(defined.contains)
        if found.isEmpty {
            say("\(selection.failed ? "Nothing has failed" : "Nothing is left") in the last `stack \(operation)`.")
        }
        return try await selected(
            selection.choice, store, and: [SelectionSource("`\(flag)`", found, mayBeEmpty: true)])
    }
}
