import ArgumentParser
import Definitions
import Diagnostics
import Files
import FoundationEssentials
import SystemPackage
import YAML

/// `stack init`
struct Init: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Begin a project.",
        discussion: """
            Examples:

              stack init
              stack init fleet

            Writes `stack.yaml`, a first stack, a module for it and `.gitignore`. What
            exists is left as it is.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The folder; default: here.", completion: .directory)
    var directory: String?

    func run(in context: CommandContext) async throws -> Int32 {
        let root = try directory.map(context.path) ?? context.folder
        guard !exists(root.appending("stack.yaml")) else {
            throw Diagnostic.error("`\(root)` holds a project already: there is a `stack.yaml`", outcome: .usage)
        }
        if exists(root), !isFolder(root) {
            throw Diagnostic.error("`\(root)` is no folder", outcome: .usage)
        }
        let name = projectName(root)
        for (path, text) in ProjectScaffold.files(project: name) {
            let file = root.appending(FilePath(path).components)
            guard !exists(file) else {
                context.say("kept     \(path)", .faint)
                continue
            }
            try FileManager.default.createDirectory(
                atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
            try writeFile(Data(text.utf8), to: file, permissions: [.ownerReadWrite, .groupRead, .otherRead])
            context.say("created  \(path)", .success)
        }
        context.say("Next: stack plan example\(directory.map { " -C \($0.shellWord)" } ?? "")", .hint)
        return ExitStatus.done
    }

    /// The folder's name, where that can be a project's.
    private func projectName(_ root: FilePath) -> String {
        root.lastComponent.map(\.string).flatMap { NameRule.free.problem(with: $0) == nil ? $0 : nil } ?? "fleet"
    }
}

/// The files of a new project.
enum ProjectScaffold {
    /// Paths and texts; all of it works at once, with Terraform's built-in provider.
    static func files(project: String) -> [(path: String, text: String)] {
        [
            (
                "stack.yaml",
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: Project
                metadata:
                  name: \(YAMLWriter.text(.string(project)))
                """
            ),
            (
                "stacks/example.yaml",
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata:
                  name: example
                  labels: {env: dev}
                spec:
                  template: {name: example}
                  variables:
                    greeting: hello

                """
            ),
            (
                "templates/example/template.yaml",
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: StackTemplate
                metadata:
                  name: example
                spec:
                  version: 0.1.0
                  documentation: A module to begin with; it needs no cloud.
                  parameters:
                    - {name: greeting, type: STRING, documentation: What to say}

                """
            ),
            (
                "templates/example/main.tf",
                """
                variable "greeting" {
                  type        = string
                  description = "What to say."
                }

                resource "terraform_data" "greeting" {
                  input = var.greeting
                }

                output "greeting" {
                  value = terraform_data.greeting.output
                }

                """
            ),
            (".gitignore", ".stack/\n.terraform/\n*.tfstate\n*.tfstate.*\n"),
        ]
    }
}
