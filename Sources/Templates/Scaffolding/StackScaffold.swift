package import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Liquid
package import SourceTree
import YAML

/// A new stack from a golden template: which files, and what is in them.
package struct StackScaffold: Sendable {
    package let template: TemplateDefinition
    /// How the stack's definition says which version it wants.
    private let version: YAMLContent.Pair
    /// The new stack's.
    package let name: String

    /// - Parameter wanted: as it was asked for; where that is no version, the one that was found is followed.
    package init(of template: TemplateDefinition, wanted: TemplateReference.Wanted, name: String) {
        self.template = template
        self.name = name
        version =
            switch wanted {
            case .newest: .init("version", .string(template.version.followed))
            case .range(let range): .init("version", .string(range.text))
            case .channel(let channel): .init("channel", .string(channel.rawValue))
            }
    }

    /// The files that the template wants, or the definition of a stack where it wants none.
    ///
    /// - Throws: a `Diagnostic` or a `DiagnosticList` when a file cannot be made from the answers, or may not be written.
    package func files(_ form: Form, in project: Project, over tree: any SourceTree) throws -> ProposedFiles {
        var files = ProposedFiles(over: tree)
        guard template.scaffold.isEmpty else {
            try render(form, into: &files)
            return files
        }
        let folder = project.settings.stacks.first ?? "stacks"
        let path = childPath(normalisedPath(folder) ?? folder, "\(name).yaml")
        try files.create(path, FileContent(definition(form.answered)))
        return files
    }

    /// The template's own files, filled in with the answers: everything that is wrong in any of them is told.
    private func render(_ form: Form, into files: inout ProposedFiles) throws {
        // A cluster's name is a parameter of many templates, so the stack's has a place of its own, too.
        let variables: [String: JSONValue] = [
            "context": .object(form.context(naming: name)), "stack": ["name": .string(name)],
        ]
        var problems: [Diagnostic] = []
        for file in template.scaffold {
            do {
                let path = try LiquidTemplate(
                    parsing: file.value.destination.value, at: file.value.destination.location
                ).render(variables)
                let (source, isExecutable) = try source(of: file, in: files.base)
                let text = try LiquidTemplate(
                    parsing: source, file: childPath(template.folder, file.value.source)
                ).render(variables)
                try files.create(path, FileContent(Data(text.utf8), isExecutable: isExecutable))
            } catch let error as DiagnosticList {
                problems += error.diagnostics
            } catch let error as Diagnostic {
                problems.append(error.reached(from: file.location))
            }
        }
        guard problems.isEmpty else { throw DiagnosticList(problems.map { $0.withExcerpt(from: files.base) }) }
    }

    private func source(
        of file: Located<TemplateDefinition.ScaffoldFile>, in tree: any SourceTree
    ) throws -> (text: String, isExecutable: Bool) {
        let path = childPath(template.folder, file.value.source)
        guard let found = try tree.resolved(path), case .file(let isExecutable) = found.kind else {
            throw Diagnostic.error("the template has no file `\(file.value.source)`", at: file.location)
        }
        guard isInside(found.path, template.folder) else {
            throw Diagnostic.error(
                "`\(path)` is a link that leads out of the template", at: file.location, outcome: .refused)
        }
        guard let text = String(validating: try tree.contents(of: found.path), as: UTF8.self) else {
            throw Diagnostic.error("`\(path)` is no text in UTF-8", at: file.location)
        }
        return (text, isExecutable)
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
                                .init("name", .string(template.name.value)), version,
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
