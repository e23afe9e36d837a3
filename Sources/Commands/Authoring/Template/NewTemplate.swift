import ArgumentParser
import Definitions
import Diagnostics
import SourceTree
import Templates

/// `stack template new`
struct NewTemplate: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a golden template to go on from.",
        discussion: """
            Examples:

              stack template new network
              stack template new eks-private --from eks-cluster

            It plans and applies at once: its module needs no cloud.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var writing: WritingOptions

    @Argument(help: ArgumentHelp("The new template.", valueName: "new-name"))
    var name: String

    @Option(
        help: ArgumentHelp("Copy this template.", valueName: "template"), completion: templateNameCompletion)
    var from: String?

    func run(in context: CommandContext) async throws -> Int32 {
        if let problem = NameRule.strict.problem(with: name) {
            throw Diagnostic.error(
                "`\(name)` is no name of a template", hint: "allowed are \(problem)", outcome: .usage)
        }
        let (root, loaded) = try context.loadedProject()
        var original: TemplateDefinition?
        if let from {
            original = try await context.template(TemplateReference(argument: from), of: loaded, root).definition
        }
        let branch = try await writing.branch(default: "stack/template-\(name)", root, context)
        let scaffold = TemplateScaffold(name, in: loaded.project)
        return try await NewFiles(
            files: try scaffold.files(from: original, over: context.tree(root)),
            title: "Add the template \(name)",
            origin: original.map { "From the template \($0.name.value) \($0.version)." }
        ) { _ in
            original == nil
                ? "edit \(scaffold.folder), then stack new NAME --template \(name)"
                : "stack template test \(name) --update"
        }
        .finish(root, loaded, branch, writing, format.output, context)
    }
}
