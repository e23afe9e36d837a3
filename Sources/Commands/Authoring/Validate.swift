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
        let (root, loaded, fresh, unfetched) = try await context.fetchedProject()
        try await context.pin(fresh, root)
        let paths = Set(try files.map { try projectPath($0, root, context) })
        func isWanted(_ file: String) -> Bool { paths.isEmpty || paths.contains(file) }
        // A file that others extend concerns their stacks.
        func isWanted(_ stack: StackDefinition) -> Bool {
            isWanted(stack.file) || stack.values.contains { isWanted($0.location.file) }
        }
        let found =
            loaded.diagnostics + unfetched
            + checkModules(of: loaded.soundStacks.filter(isWanted), in: loaded, tree: context.tree(root))
            + loaded.project.templates.flatMap { checkFiles(of: $0, tree: context.tree(root)) }
            + loaded.project.automations.flatMap { checkTemplates(of: $0, in: context.tree(root)) }
        // A circle concerns the files of all its stacks.
        let circles = loaded.circles.filter { circle in
            ([circle.location] + circle.notes.map(\.location)).contains { $0.map { isWanted($0.file) } == true }
        }
        // Each stack of a module that cannot be read says the same of it.
        var seen: Set<Diagnostic> = []
        let diagnostics = DiagnosticList(
            found.filter { problem in
                // What stands in no definition stands in the module of a stack that is wanted.
                problem.location.map { isWanted($0.file) || loaded.excerpt(at: $0) == nil } ?? true
            }.filter { seen.insert($0).inserted } + circles
        ).sorted().diagnostics
        try show(
            diagnostics, loaded.project.stacks.filter(isWanted),
            templates: loaded.project.templates.count { isWanted($0.name.location.file) }, context)
        return diagnostics.contains { $0.severity == .error } ? ExitStatus.failed : ExitStatus.done
    }

    /// The path of a file as diagnostics name it, from where the command was called.
    ///
    /// - Throws: a `Diagnostic` when there is no such file in the project: "valid" must not be said of nothing.
    private func projectPath(_ file: String, _ root: FilePath, _ context: CommandContext) throws -> String {
        var path = try context.path(file).lexicallyNormalized()
        guard exists(path), path.removePrefix(root) else {
            throw Diagnostic.error("there is no file `\(file)` in the project `\(root)`", outcome: .usage)
        }
        return path.string
    }

    private func show(
        _ diagnostics: [Diagnostic], _ stacks: [StackDefinition], templates: Int, _ context: CommandContext
    ) throws {
        let problems = try diagnostics.map { try JSONValue(encoding: DiagnosticPayload($0)) }
        try context.write(
            ["stacks": .number(.init(stacks.count)), "diagnostics": .array(problems)],
            names: stacks.map(\.name.value), format: format.output, lines: [])
        guard format.output == .table || format.output == .name else { return }
        context.report(diagnostics)
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return }
        context.say(
            "Valid: \(stacks.count) \(stacks.count == 1 ? "stack" : "stacks"), "
                + "\(templates) \(templates == 1 ? "template" : "templates").", .success)
    }
}
