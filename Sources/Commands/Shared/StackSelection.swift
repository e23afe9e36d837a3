import ArgumentParser
import Definitions
import Diagnostics

/// Which stacks a command is about.
struct StackSelection: ParsableArguments {
    @OptionGroup var choice: OptionalStackSelection

    func validate() throws {
        guard choice.isGiven else {
            throw ValidationError("name the stacks, or give `--all`, `-l SELECTOR`, `--changed` or `--drifted`")
        }
    }
}

/// A selection in whose place something else may stand.
///
/// What names stacks narrows: a stack is taken when each of names, labels and changes takes it. Then those that they need,
/// or that need them, are added, and what is excluded is taken away.
struct OptionalStackSelection: ParsableArguments {
    @Argument(help: "Names of stacks, or patterns: 'prod-*'.", completion: stackNameCompletion)
    var names: [String] = []

    @Flag(help: "All stacks of the project.")
    var all = false

    @Option(
        name: [.customShort("l"), .customLong("selector")],
        help: ArgumentHelp("Only stacks whose labels match: env=dev,tier!=prod; repeatable.", valueName: "selector"))
    var selectors: [String] = []

    @Flag(help: "Only stacks that a change since --base can reach.")
    var changed = false

    @Option(
        help: ArgumentHelp("What --changed compares with; default: where main was left.", valueName: "ref"))
    var base: String?

    @Flag(help: "Only stacks that the last check found drifted.")
    var drifted = false

    @Flag(help: "Also all that the selected stacks need.")
    var withDependencies = false

    @Flag(help: "Also all that need the selected stacks.")
    var withDependents = false

    @Option(
        help: ArgumentHelp("Without these, whatever selects them; repeatable.", valueName: "name"),
        completion: stackNameCompletion)
    var exclude: [String] = []

    /// Whether stacks are selected at all; the other flags only change what is.
    var isGiven: Bool { !names.isEmpty || all || !selectors.isEmpty || changed || drifted }

    func validate() throws {
        if all, !names.isEmpty || !selectors.isEmpty || changed || drifted {
            throw ValidationError(
                "`--all` takes every stack; leave it out where names, `-l`, `--changed` or `--drifted` select some")
        }
        if base != nil, !changed {
            throw ValidationError("`--base` says what `--changed` compares with; give both")
        }
    }
}

/// - Throws: a `Diagnostic` that shows where the selector's text is wrong.
func labelSelector(_ text: String) throws -> LabelSelector {
    do {
        return try LabelSelector(text)
    } catch {
        throw Diagnostic.error(
            "the selector `\(text)` is wrong at character \(error.column): \(error.message)",
            hint: "Selectors look like `env=dev,tier!=prod` or `region in (a, b)`", outcome: .usage)
    }
}

extension Project {
    /// - Throws: a `Diagnostic` that names the nearest stack.
    func requiredStack(named name: String) throws -> StackDefinition {
        if let stack = stack(named: name) { return stack }
        let near = suggestion(for: name, among: stacks.map(\.name.value))
        throw Diagnostic.error(
            "there is no stack `\(name)`",
            hint: near.map { "Did you mean `\($0)`?" } ?? "`stack list` lists the stacks", outcome: .usage)
    }
}
