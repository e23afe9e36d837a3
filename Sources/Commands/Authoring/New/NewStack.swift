import ArgumentParser
import Definitions
import Diagnostics
import SourceTree
import Templates

/// `stack new`
struct NewStack: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a stack from a golden template.",
        discussion: """
            Examples:

              stack new dev --template eks-cluster --set name=dev --set region=eu-west-1
              stack new dev --template eks-cluster@1.0.0 --dry-run
              stack new dev --template eks-cluster --set name=dev --set region=eu-west-1 --pr

            Asks for what is missing when there is a terminal. The files are checked before
            they are written, and shown as a difference. With `--pr` they become a commit on
            a branch of their own, and your files stay as they are.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions
    @OptionGroup var answers: AnswerOptions
    @OptionGroup var writing: WritingOptions

    @Argument(help: ArgumentHelp("The new stack.", valueName: "new-name"))
    var name: String

    @Option(
        help: ArgumentHelp("The template, with `@` and a version, a range or a channel.", valueName: "template"),
        completion: templateNameCompletion)
    var template: String

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        try requireFree(name, in: loaded)
        let reference = try TemplateReference(argument: template)
        let (template, fresh) = try await context.template(reference, of: loaded, root)
        let branch = try await writing.branch(default: "stack/new-\(name)", root, context)
        let clusters = try await context.clusterHandles(for: template.parameters, root, loaded.project)
        let form = try await context.fill(Form(template.parameters, clusters: clusters, given: answers.given()))
        let scaffold = StackScaffold(of: template, wanted: reference.wanted, name: name)
        let files = try scaffold.files(form.form, in: loaded.project, over: context.tree(root))
        return try await NewFiles(
            files: files, title: "Add the stack \(name)",
            origin: "From the template \(template.name.value) \(template.version).", wasAsked: form.wasAsked
        ) { project in project.stack(named: name).map { "stack plan \($0.name.value)" } }
        .finish(root, loaded, branch, writing, format.output, pins: fresh, context)
    }

    private func requireFree(_ name: String, in loaded: LoadedProject) throws {
        if let problem = NameRule.strict.problem(with: name) {
            throw Diagnostic.error("`\(name)` is no name of a stack", hint: "allowed are \(problem)", outcome: .usage)
        }
        if let stack = loaded.project.stack(named: name) {
            throw Diagnostic.error(
                "there is a stack `\(name)` already", notes: [.init("defined here", at: stack.name.location)],
                outcome: .usage)
        }
    }
}
