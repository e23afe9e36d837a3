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
    /// The last command of the kind about several stacks; nil where the selection does not ask for it, or there was none.
    ///
    /// - Parameter operation: as the command is called.
    func last(
        _ operation: String, _ store: ProjectStore, for selection: RunSelection
    ) async throws -> GraphRunRow? {
        guard selection.failed || selection.resume else { return nil }
        let last = try await store.records.newestGraphRun(of: operation)
        if last == nil { say("There was no `stack \(operation)` of several stacks yet.") }
        return last
    }

    /// The stacks that a command is to run; none, where there is nothing to do for it, which is said.
    ///
    /// - Parameter last: the command to go on with.
    /// - Throws: as for any selection.
    func selected(
        _ selection: RunSelection, _ store: ProjectStore, after last: GraphRunRow?
    ) async throws -> [StackDefinition] {
        guard selection.failed || selection.resume else { return try await selected(selection.choice, store) }
        let names = (last?.stacks ?? []).filter { selection.failed ? $0.result == .failed : $0.result.isLeft }.map(
            \.name)
        let defined = Set(store.project.stacks.map(\.name.value))
        let found = names.filter(defined.contains)
        if found.isEmpty, let last {
            say("\(selection.failed ? "Nothing has failed" : "Nothing is left") in the last `stack \(last.operation)`.")
        }
        let source = SelectionSource("`\(selection.failed ? "--failed" : "--resume")`", found, mayBeEmpty: true)
        return try await selected(selection.choice, store, and: [source])
    }
}
