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
        let chosen = try templates.isEmpty ? loaded.project.templates : templates.flatMap(loaded.project.ownTemplates)
        let files = Set(chosen.map(\.name.location.file))
        let problems =
            loaded.diagnostics.filter { problem in
                problem.location.map { place in
                    files.contains(place.file)
                        // One that cannot be read is none of the chosen.
                        || (templates.isEmpty
                            && loaded.project.settings.templates.contains { place.file.hasPrefix("\($0)/") })
                } ?? false
            }
            + chosen.flatMap { checkTemplate($0, tree: context.tree(root)) }
        context.report(DiagnosticList(problems).sorted().diagnostics)
        guard !problems.contains(where: { $0.severity == .error }) else { return ExitStatus.failed }
        context.say("Valid: \(chosen.count) \(chosen.count == 1 ? "template" : "templates").", .success)
        return ExitStatus.done
    }
}

extension Project {
    /// Those of the project's own templates that a command line names: `eks-cluster` is every version of it.
    ///
    /// - Throws: a `Diagnostic` where there is none.
    func ownTemplates(_ argument: String) throws -> [TemplateDefinition] {
        let reference = try TemplateReference(argument: argument)
        if case .newest = reference.wanted {
            let all = templates.filter { $0.name.value == reference.name }
            if !all.isEmpty { return all }
        } else if let template = template(for: reference), template.origin == nil {
            return [template]
        }
        guard request(for: reference).map({ !isOwn($0) && mayBeListed($0) }) != true else {
            throw Diagnostic.error(
                "the template `\(reference)` is kept elsewhere, and is checked and tested there", outcome: .usage)
        }
        throw Diagnostic.missingTemplate(reference, in: self)
    }
}
