import ArgumentParser
import Definitions
import Diagnostics
import SourceTree
import Templates
import YAML

/// `stack set`
struct SetValues: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Set values of a stack, and leave its file as it is.",
        discussion: """
            Examples:

              stack set dev variables.kubernetes_version=1.33
              stack set dev variables.zones='[a, b]' labels.tier=test --dry-run

            A path is below `spec`; `metadata.…` and `labels.…` work too, `[0]` is an item of
            a list, and a key with a dot stands in double quotes. Comments, quotes and the
            order of keys stay. A value that comes from a file that the stack extends is
            overridden in the stack's own file. Nothing is written unless all of it is valid.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var writing: WritingOptions

    @Argument(help: "The stack.", completion: stackNameCompletion)
    var name: String

    @Argument(
        help: ArgumentHelp("What to set: `variables.region=eu-west-1`.", valueName: "path=value"))
    var assignments: [String]

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded, fresh, problems) = try await context.fetchedProject()
        guard problems.isEmpty else { throw DiagnosticList(problems) }
        try await context.pin(fresh, root)
        let stack = try loaded.project.requiredStack(named: name)
        let assignments = try assignments.map { try Assignment($0) }
        let branch = try await writing.branch(default: "stack/set-\(name)", root, context)
        let edit = try StackEdit(assignments, to: stack, in: loaded.project, over: context.tree(root))
        context.report(edit.notes)
        let paths = assignments.map(\.path.text).joined(separator: ", ")
        return try await NewFiles(
            files: edit.files, title: "Set values of the stack \(name)", origin: "Set: \(paths)."
        ) { _ in "stack plan \(name)" }
        .finish(root, loaded, branch, writing, format.output, context)
    }
}
