import ArgumentParser
import Definitions
import Diagnostics
import SystemPackage
import Templates

/// `stack new`
struct NewStack: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a stack from a golden template.",
        discussion: """
            Examples:

              stack new dev --template eks-cluster --set name=dev --set region=eu-west-1
              stack new dev --template sandbox-cluster@1.0.0 --set name=dev --dry-run
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
        help: ArgumentHelp(
            "The template, with `@` and a version, a range or a channel; or a PrAutomation.", valueName: "template"),
        completion: templateNameCompletion)
    var template: String

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        if let problem = NameRule.strict.problem(with: name) {
            throw Diagnostic.error("`\(name)` is no name of a stack", hint: "allowed are \(problem)", outcome: .usage)
        }
        let (blueprint, fresh) = try await blueprint(loaded, root, context)
        let branch = try await writing.branch(default: "stack/new-\(name)", root, context)
        let clusters = try await context.clusterHandles(for: blueprint.parameters, root, loaded.project)
        let (form, wasAsked) = try await context.fill(
            Form(blueprint.parameters, clusters: clusters, given: answers.given()))
        let files = try blueprint.files(form, name: name, in: loaded.project, over: context.tree(root))
        let (title, body) = try blueprint.text(form, name: name)
        return try await NewFiles(files: files, title: title, origin: body, wasAsked: wasAsked) { project in
            project.stack(named: name).map { "stack plan \($0.name.value)" }
        }
        .finish(root, loaded, branch, writing, format.output, pins: fresh, context)
    }

    /// The template or the automation of the name.
    private func blueprint(
        _ loaded: LoadedProject, _ root: FilePath, _ context: CommandContext
    ) async throws -> (Blueprint, fresh: [TemplatePin]) {
        let reference = try TemplateReference(argument: template)
        if let automation = loaded.project.automations.first(where: { $0.name.value == reference.name }) {
            return (.automation(try context.automation(automation, of: loaded, wanted: reference)), [])
        }
        try requireFree(name, in: loaded)
        let (template, fresh) = try await context.template(reference, of: loaded, root)
        return (.template(template, reference.wanted), fresh)
    }

    private func requireFree(_ name: String, in loaded: LoadedProject) throws {
        if let stack = loaded.project.stack(named: name) {
            throw Diagnostic.error(
                "there is a stack `\(name)` already", notes: [.init("defined here", at: stack.name.location)],
                outcome: .usage)
        }
    }
}
