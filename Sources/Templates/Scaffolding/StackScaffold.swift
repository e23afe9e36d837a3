package import Definitions
import Diagnostics
import FoundationEssentials
import JSON
package import SourceTree
import YAML

/// A new stack from a golden template: which files, and what is in them.
package struct StackScaffold: Sendable {
    package let template: TemplateDefinition
    /// How the stack's definition names the template's version.
    package let version: String
    /// The new stack's.
    package let name: String

    /// - Parameter version: as it was asked for; nil follows the version that was found.
    package init(of template: TemplateDefinition, version: VersionConstraint?, name: String) {
        self.template = template
        self.name = name
        self.version = version?.text ?? template.version.followed
    }

    /// The files that the template wants, or the definition of a stack where it wants none.
    ///
    /// - Throws: a `Diagnostic` or a `DiagnosticList` when a file cannot be made from the answers, or may not be written.
    package func files(_ form: Form, in project: Project, over tree: any SourceTree) throws -> ProposedFiles {
        var files = ProposedFiles(over: tree)
        let folder = project.settings.stacks.first ?? "stacks"
        try files.create(
            childPath(normalisedPath(folder) ?? folder, "\(name).yaml"), FileContent(definition(form.answered)))
        return files
    }

    /// The stack's definition, with what was answered; defaults stay the template's.
    private func definition(_ answers: [Answer]) -> String {
        let head = YAMLWriter.text(
            .mapping([
                .init("apiVersion", .string(APIGroup.fleet.apiVersion)),
                .init("kind", .string("InfrastructureStack")),
                .init("metadata", .mapping([.init("name", .string(name))])),
                .init(
                    "spec",
                    .mapping([
                        .init(
                            "template",
                            .mapping([
                                .init("name", .string(template.name.value)), .init("version", .string(version)),
                            ]))
                    ])),
            ]))
        guard !answers.isEmpty else { return head }
        return head + "  variables:\n" + answers.map(variable).joined()
    }

    /// A variable below what documents it.
    private func variable(_ answer: Answer) -> String {
        let name = answer.parameter.name.value
        let value = YAMLContent(answer.value.json(as: answer.parameter.expected))
        let comment = answer.parameter.documentation.map { "# \(printable(oneLine($0)))\n" } ?? ""
        let lines = (comment + YAMLWriter.text(.mapping([.init(name, value)])))
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
    }

    /// Without what a comment may not hold.
    private func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}

extension SemanticVersion {
    /// The range of all versions that go on from this one without breaking it; a pre-release stands for itself.
    fileprivate var followed: String { isPreRelease ? description : "~> \(major).\(minor)" }
}
