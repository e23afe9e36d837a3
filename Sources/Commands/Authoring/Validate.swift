import ArgumentParser
import Definitions
import Diagnostics
import Files
import FoundationEssentials
import JSON
import Runs
import SourceTree
import SystemPackage
import Templates
import Terminal

/// `stack validate`
struct Validate: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check every definition and template.",
        discussion: """
            Examples:

              stack validate
              stack validate stacks/prod.yaml

            Everything that is wrong is shown at once. Terraform is not started, and no
            database is opened.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "Show only what concerns these files.", completion: .file(extensions: ["yaml", "yml"]))
    var files: [String] = []

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        let paths = Set(try files.map { try projectPath($0, root, context) })
        func isWanted(_ file: String) -> Bool { paths.isEmpty || paths.contains(file) }
        // A file that others extend concerns their stacks.
        let stacks = loaded.project.stacks.filter { stack in
            isWanted(stack.file) || stack.values.contains { isWanted($0.location.file) }
        }
        let templates = loaded.project.templates.filter { isWanted($0.name.location.file) }
        func concerns(_ problem: Diagnostic) -> Bool {
            // What is in no definition is in the module of a stack that is wanted.
            problem.location.map { isWanted($0.file) || loaded.excerpt(at: $0) == nil } ?? true
        }
        var diagnostics = loaded.diagnostics.filter(concerns)
        if !diagnostics.contains(where: { $0.severity == .error }) {
            diagnostics += try checkModules(of: stacks, loaded, DirectoryTree(root: root)).filter(concerns)
        }
        try show(diagnostics, stacks: stacks.count, templates: templates.count, context)
        return diagnostics.contains { $0.severity == .error } ? ExitStatus.failed : ExitStatus.done
    }

    /// The path of a file as diagnostics name it, from where the command was called.
    ///
    /// - Throws: a `Diagnostic` when there is no such file in the project: "valid" must not be said of nothing.
    private func projectPath(_ file: String, _ root: FilePath, _ context: CommandContext) throws -> String {
        var path = context.folder.pushing(FilePath(file)).lexicallyNormalized()
        guard exists(path), path.removePrefix(root) else {
            throw Diagnostic.error("there is no file `\(file)` in the project `\(root)`", outcome: .usage)
        }
        return path.string
    }

    /// Every stack's variables against what its module declares; a module that many stacks use is read once.
    private func checkModules(
        of stacks: [StackDefinition], _ loaded: LoadedProject, _ tree: DirectoryTree
    ) throws -> [Diagnostic] {
        var modules = ModuleCache(tree: tree)
        return stacks.flatMap { stack -> [Diagnostic] in
            do {
                guard let source = try modules.source(of: stack, in: loaded.project) else { return [] }
                return checkVariables(
                    of: stack, assigned: assignedVariables(of: stack, in: loaded.project), module: source.interface
                ).map(loaded.withExcerpt)
            } catch let problems as DiagnosticList {
                return problems.diagnostics
            } catch {
                return [(error as? Diagnostic) ?? .error("\(error)")]
            }
        }
    }

    private func show(
        _ diagnostics: [Diagnostic], stacks: Int, templates: Int, _ context: CommandContext
    ) throws {
        switch format.output {
        case .json:
            let problems = try diagnostics.map { try JSONValue(encoding: DiagnosticPayload($0)) }
            try context.output.write(
                JSONValue.object([
                    "stacks": .number(.init(stacks)), "diagnostics": .array(problems),
                ])
                .pretty)
        default:
            context.report(diagnostics)
            guard !diagnostics.contains(where: { $0.severity == .error }) else { return }
            context.say(
                "Valid: \(stacks) \(stacks == 1 ? "stack" : "stacks"), "
                    + "\(templates) \(templates == 1 ? "template" : "templates").", .success)
        }
    }
}

extension LoadedProject {
    /// The diagnostic with the text of its line.
    fileprivate func withExcerpt(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        diagnostic.excerpt = diagnostic.excerpt ?? diagnostic.location.flatMap { excerpt(at: $0) }
        return diagnostic
    }
}
