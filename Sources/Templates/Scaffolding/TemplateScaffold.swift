import Archive
package import Definitions
import Diagnostics
import FoundationEssentials
package import SourceTree
import YAML

/// A new golden template: a folder in which everything works at once, or a copy of another template.
package struct TemplateScaffold: Sendable {
    package let name: String
    /// Relative to the project's root.
    package let folder: String

    /// A template in the first of the project's folders for templates.
    package init(_ name: String, in project: Project) {
        self.name = name
        let templates = project.settings.templates.first ?? "templates"
        folder = childPath(normalisedPath(templates) ?? templates, name)
    }

    /// - Parameter original: the template to begin with; nil begins with a module of Terraform's built-in provider.
    /// - Throws: a `Diagnostic` when a file may not be written, or the original cannot be copied.
    package func files(from original: TemplateDefinition?, over tree: any SourceTree) throws -> ProposedFiles {
        guard try tree.kind(of: folder) == nil else {
            throw Diagnostic.error("`\(folder)` is there already", hint: "choose another name", outcome: .refused)
        }
        var files = ProposedFiles(over: tree)
        for (path, content) in try original.map({ try copies(of: $0, in: tree) }) ?? fresh {
            try files.create(childPath(folder, path), content)
        }
        return files
    }

    /// The files of a template under its new name, in a version from before its first release; without what its golden
    /// tests keep, in which the old ones stand.
    private func copies(
        of original: TemplateDefinition, in tree: any SourceTree
    ) throws -> [(path: String, content: FileContent)] {
        try TemplateContent(of: original.folder, in: tree).entries.filter { !isKept($0.path) }.map {
            entry -> (path: String, content: FileContent) in
            guard case .file(let data, let isExecutable) = entry.content else {
                throw Diagnostic.error(
                    "`\(childPath(original.folder, entry.path))` is a link, and is not copied", outcome: .refused)
            }
            let isForm = entry.path == "template.yaml"
            let copied = isForm ? try renamed(data, file: childPath(original.folder, entry.path)) : data
            return (path: entry.path, content: FileContent(copied, isExecutable: isExecutable))
        }
    }

    /// Whether a file is what came out of a golden test: `tests/NAME/…`.
    private func isKept(_ path: String) -> Bool { path.hasPrefix("tests/") && path.split(separator: "/").count > 2 }

    private func renamed(_ data: Data, file: String) throws -> Data {
        var edit = try YAMLEdit(data, file: file)
        try edit.set([.key("metadata"), .key("name")], to: .string(name))
        try edit.set([.key("spec"), .key("version")], to: .string(Self.firstVersion))
        return edit.data
    }

    private static let firstVersion = "0.1.0"

    private var fresh: [(path: String, content: FileContent)] {
        [
            (
                "template.yaml",
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: StackTemplate
                metadata:
                  name: \(name)
                spec:
                  version: \(Self.firstVersion)
                  documentation: What it makes, and for whom
                  parameters:
                    - name: name
                      type: STRING
                      documentation: Name of what is made
                      validation: {regex: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'}
                    - name: size
                      type: ENUM
                      values: [small, medium, large]
                      default: small
                      documentation: How large it is

                """
            ),
            (
                "variables.tf",
                """
                variable "name" {
                  type        = string
                  description = "Name of what is made."
                }

                variable "size" {
                  type        = string
                  description = "How large it is."
                }

                """
            ),
            (
                "main.tf",
                """
                # Terraform's built-in provider: nothing is made outside of the state.
                resource "terraform_data" "this" {
                  input = { name = var.name, size = var.size }
                }

                """
            ),
            (
                "outputs.tf",
                """
                output "name" {
                  value = terraform_data.this.output.name
                }

                """
            ),
            (
                "README.md",
                """
                # \(name)

                What it makes, and for whom.

                ```sh
                stack new dev --template \(name) --set name=dev
                stack template test \(name)
                ```

                """
            ),
            (
                "tests/standard.yaml",
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: TemplateTest
                metadata: {name: standard}
                spec:
                  stack: demo
                  answers: {name: demo}

                """
            ),
            (
                "tests/standard/plan.txt",
                """
                create terraform_data.this
                output name

                """
            ),
            (
                "tests/standard/files/stacks/demo.yaml",
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata:
                  name: demo
                spec:
                  template:
                    name: \(name)
                    version: ~> 0.1
                  variables:
                    # Name of what is made
                    name: demo

                """
            ),
        ].map { ($0, FileContent($1)) }
    }
}
