import ArgumentParser
import Definitions
import Diagnostics
import SourceTree
import SystemPackage

/// Which stacks a command is about.
struct StackSelection: ParsableArguments {
    @OptionGroup var choice: OptionalStackSelection

    func validate() throws {
        guard choice.isGiven else { throw ValidationError("name the stacks, or give `--all` or `-l SELECTOR`") }
    }
}

/// A selection in whose place something else may stand.
struct OptionalStackSelection: ParsableArguments {
    @Argument(help: "Names of stacks.", completion: stackNameCompletion)
    var names: [String] = []

    @Flag(help: "All stacks of the project.")
    var all = false

    @Option(
        name: [.customShort("l"), .customLong("selector")],
        help: ArgumentHelp("Stacks whose labels match: env=dev,tier!=prod.", valueName: "selector"))
    var selector: String?

    var isGiven: Bool { !names.isEmpty || all || selector != nil }

    func validate() throws {
        let count = (names.isEmpty ? 0 : 1) + (all ? 1 : 0) + (selector == nil ? 0 : 1)
        guard count <= 1 else { throw ValidationError("give names, `--all` or `-l SELECTOR`, not several of them") }
    }

    /// The selected stacks, in the order of their names.
    ///
    /// - Throws: a `Diagnostic` for a name that is no stack's, and for a bad selector.
    func stacks(in project: Project) throws -> [StackDefinition] {
        if all || selector != nil {
            let matcher = try selector.map(labelSelector)
            let stacks = project.stacks.filter { matcher?.matches($0.labels) ?? true }
            guard stacks.isEmpty else { return stacks }
            // Nothing to do would look like success, for ever, in a script with a misspelt label.
            throw Diagnostic.error(
                selector.map { "no stack matches `\($0)`" } ?? "the project has no stacks",
                hint: "`stack list` shows the stacks and their labels", outcome: .usage)
        }
        return try Set(names).sorted().map { try project.requiredStack(named: $0) }
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

/// Names from the definitions, read when the shell asks; nothing is written and no database opened.
let stackNameCompletion = CompletionKind.custom { _, _, _ in
    guard let root = findProjectRoot(from: FilePath(".")) else { return [] }
    return loadProject(DirectoryTree(root: root)).project.stacks.map(\.name.value)
}
