package import Definitions
package import Diagnostics
import ModuleInterface
package import SourceTree

/// A project together with the templates that it and its stacks can have.
package struct TemplateLibrary: Sendable {
    package let project: Project
    package let tree: any SourceTree
    /// Those that no stack names, asked for beside the stacks' own.
    private let others: [TemplateRequest: TemplateDefinition]
    /// How they were resolved, where `stack.lock` does not say it yet.
    package let fresh: [TemplatePin]

    package init(
        project: Project, tree: any SourceTree, others: [TemplateRequest: TemplateDefinition], fresh: [TemplatePin]
    ) {
        self.project = project
        self.tree = tree
        self.others = others
        self.fresh = fresh
    }

    /// A template that fits; nil when there is none.
    package func template(_ reference: TemplateReference) -> TemplateDefinition? {
        project.template(for: reference) ?? project.request(for: reference).flatMap { others[$0] }
    }

    /// A template with its module and its files.
    ///
    /// - Throws: a `Diagnostic` with the outcome `usage` when there is none, a `DiagnosticList` for what is wrong in it.
    package func opened(_ reference: TemplateReference) throws -> OpenedTemplate {
        guard let template = template(reference) else {
            throw Diagnostic.missingTemplate(reference, in: project)
        }
        return OpenedTemplate(
            definition: template, module: try ModuleInterface.read(folder: template.folder, in: tree),
            content: try TemplateContent(of: template.folder, in: tree))
    }
}

extension Diagnostic {
    /// A template that somebody names on the command line and that is not there.
    package static func missingTemplate(_ reference: TemplateReference, in project: Project) -> Diagnostic {
        let listed = listedTemplates(in: project)
        let versions = listed.filter { $0.name == reference.name }.map { "`\($0.version)`" }
        guard versions.isEmpty else {
            return .error(
                "there is no template `\(reference)`", hint: "There is \(versions.joined(separator: ", "))",
                outcome: .usage)
        }
        let names = Set(listed.map(\.name) + project.automations.map(\.name.value)).sorted()
        return .error(
            "there is no template `\(reference.name)`",
            hint: suggestion(for: reference.name, among: names).map { "Did you mean `\($0)`?" }
                ?? (names.isEmpty
                    ? "There are no templates in this project; `stack template new` makes one"
                    : "There is \(names.map { "`\($0)`" }.joined(separator: ", "))"),
            outcome: .usage)
    }
}
