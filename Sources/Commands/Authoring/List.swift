import ArgumentParser
import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Runs
import SystemPackage
import Terminal

/// `stack list`
struct List: StackCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the stacks.",
        discussion: """
            Examples:

              stack list
              stack list -l env=prod -o name
            """,
        aliases: ["ls"])

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Option(
        name: [.customShort("l"), .customLong("selector")],
        help: ArgumentHelp("Stacks whose labels match.", valueName: "selector"))
    var selector: String?

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, project) = try await context.project(fetching: false)
        let selector = try selector.map(labelSelector)
        let stacks = project.stacks.filter { selector?.matches($0.labels) ?? true }
        var table = Table(columns: ["NAME", "SOURCE", "LABELS", "FILE"])
        for stack in stacks {
            table.append([stack.name.value, stack.source.value.text, stack.labels.text, stack.file])
        }
        let orphans = selector == nil ? await orphans(project, root, context) : []
        // What a script goes on with is what it can plan.
        if format.output != .table { context.report(orphans.map(\.warning)) }
        for orphan in orphans {
            table.append([orphan.name, "(no longer defined; \(orphan.resourcesText))", "", ""])
        }
        try context.write(
            stacks.map(\.payload), names: stacks.map(\.name.value), table: table,
            format: format.output,
            whenEmpty: "There are no stacks.")
        let others = Dictionary(grouping: project.others, by: \.kind).mapValues(\.count).sorted { $0.key < $1.key }
        if context.isVerbose {
            for (kind, count) in others { context.say("\(count) × \(kind)", .faint) }
        }
        return ExitStatus.done
    }

    /// Those whose resources are still there; a list of definitions is of use also where that cannot be found out.
    private func orphans(
        _ project: Project, _ root: FilePath, _ context: CommandContext
    ) async -> [OrphanedStack] {
        do {
            return try await ProjectStore.existing(project: project, root: root, environment: context.environment)?
                .orphans() ?? []
        } catch {
            let reason = diagnostics(of: error).first?.message ?? "\(error)"
            context.report([.warning("stacks that are no longer defined cannot be listed: \(reason)")])
            return []
        }
    }
}

extension StackDefinition {
    fileprivate var payload: JSONValue {
        [
            "name": .string(name.value), "source": .string(source.value.text),
            "labels": .object(labels.mapValues(JSONValue.string)), "file": .string(file),
            "approval": .bool(approval), "protect": .bool(protect),
        ]
    }
}

extension StackSource {
    /// `eks-cluster ~> 1.4`, `path infra/vpc`.
    var text: String {
        switch self {
        case .template(let template): template.description
        case .path(let path): "path \(path)"
        case .git(let git): "git \(git.url ?? git.repositoryRef ?? "")//\(git.folder)@\(git.ref)"
        }
    }
}

extension [String: String] {
    /// `env=dev,tier=web`, by key.
    var text: String { sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ",") }
}
