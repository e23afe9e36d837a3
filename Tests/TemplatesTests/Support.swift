import Definitions
import Diagnostics
import SourceTree
import Templates
import TestSupport
import Testing

/// A project in memory, with the stack `dev`.
struct SampleProject {
    let tree: MemoryTree
    let project: Project
    let stack: StackDefinition

    /// - Parameters:
    ///   - spec: the stack's, in one line: `{path: modules/app}`.
    ///   - header: the stack's group and name.
    init(_ spec: String, header: String = Self.fleet, files: [String: String]) throws {
        let definition = ["stacks/dev.yaml": "\(header)\nspec: \(spec)\n"]
        tree = MemoryTree(files.merging(definition) { $1 })
        project = loadProject(tree).project
        stack = try #require(project.stack(named: "dev"))
    }

    static let fleet = """
        apiVersion: stacks.fleet/v1alpha1
        kind: InfrastructureStack
        metadata: {name: dev}
        """

    static let plural = """
        apiVersion: deployments.plural.sh/v1alpha1
        kind: InfrastructureStack
        metadata: {name: dev}
        """

    func resolve() throws -> ModuleSource { try resolveModule(of: stack, in: project, tree: tree) }

    /// What is said when the module cannot be resolved.
    func refusal() -> [Diagnostic] {
        do {
            _ = try resolve()
            return []
        } catch let problem as Diagnostic {
            return [problem]
        } catch let problems as DiagnosticList {
            return problems.diagnostics
        } catch {
            return [.error("\(error)")]
        }
    }
}

/// `template.yaml` of the template `app`, with what stands in its `spec` behind the version.
func template(_ version: String, _ rest: String = "") -> String {
    """
    apiVersion: stacks.fleet/v1alpha1
    kind: StackTemplate
    metadata: {name: app}
    spec:
      version: \(version)
    \(rest)

    """
}

/// A module that calls others, by their sources.
func module(calling sources: String...) -> String {
    sources.enumerated().map { "module \"m\($0)\" {\n  source = \"\($1)\"\n}\n" }.joined()
}
