import ArgumentParser
import Definitions
import Diagnostics
import Templates
import Terminal

/// `stack template check`
struct CheckTemplates: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check templates against their modules.",
        discussion: """
            Examples:

              stack template check
              stack template check eks-cluster

            The form, the module, what the cluster record takes from it, and the scaffold.
            Terraform is not started.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: ArgumentHelp("Templates of the project; default: all.", valueName: "template"))
    var templates: [String] = []

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        let chosen = try templates.isEmpty ? loaded.project.templates : templates.map(loaded.project.ownTemplate)
        let files = Set(chosen.map(\.name.location.file))
        let problems =
            loaded.diagnostics.filter { $0.location.map { files.contains($0.file) } ?? false }
            + chosen.flatMap { checkTemplate($0, tree: context.tree(root)) }
        context.report(DiagnosticList(problems).sorted().diagnostics)
        guard !problems.contains(where: { $0.severity == .error }) else { return ExitStatus.failed }
        context.say("Valid: \(chosen.count) \(chosen.count == 1 ? "template" : "templates").", .success)
        return ExitStatus.done
    }
}

extension Project {
    /// One of the project's own templates, as a command line names it.
    ///
    /// - Throws: a `Diagnostic` where there is none.
    func ownTemplate(_ argument: String) throws -> TemplateDefinition {
        let reference = try TemplateReference(argument: argument)
        guard let template = template(for: reference), template.origin == nil else {
            throw Diagnostic.missingTemplate(reference, in: self)
        }
        return template
    }
}
