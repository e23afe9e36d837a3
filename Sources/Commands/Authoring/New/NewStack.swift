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
        help: ArgumentHelp("The template, and perhaps its version or range.", valueName: "template[@version]"),
        completion: templateNameCompletion)
    var template: String

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        try requireFree(name, in: loaded)
        let request = try NamedTemplate(template)
        let template = try loaded.soundTemplate(for: request)
        let branch = try await writing.branch(default: "stack/new-\(name)", root, context)
        let clusters = try await context.clusterHandles(for: template.parameters, root, loaded.project)
        let form = try await context.fill(Form(template.parameters, clusters: clusters, given: answers.given()))
        let scaffold = StackScaffold(of: template, version: request.version, name: name)
        let files = try scaffold.files(form.form, in: loaded.project, over: DirectoryTree(root: root))
        return try await NewFiles(
            files: files, title: "Add the stack \(name)",
            origin: "From the template \(template.name.value) \(template.version).",
            stack: name, wasAsked: form.wasAsked
        ).finish(root, loaded, branch, writing, format.output, context)
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

extension LoadedProject {
    /// The template, where neither it nor the project's settings are wrong.
    ///
    /// - Throws: a `DiagnosticList` with their mistakes; a `Diagnostic` when there is no such template.
    fileprivate func soundTemplate(for request: NamedTemplate) throws -> TemplateDefinition {
        let template = Result { try project.template(for: request) }
        let folder = try? template.get().folder
        let mistakes = diagnostics.filter { problem in
            guard problem.severity == .error, let file = problem.location?.file else { return false }
            return file == "stack.yaml" || folder.map { file == childPath($0, "template.yaml") } == true
        }
        guard mistakes.isEmpty else { throw DiagnosticList(mistakes) }
        return try template.get()
    }
}
