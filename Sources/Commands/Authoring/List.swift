import ArgumentParser
import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Records
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
        let kept = await kept(project, root, context)
        // A column in which nothing stands would only take the place of others.
        let showsDrift = !kept.drift.isEmpty
        var table = Table(columns: ["NAME", "SOURCE", "LABELS", "FILE"] + (showsDrift ? ["DRIFT"] : []))
        for stack in stacks {
            let cells = [stack.name.value, stack.source.value.text, stack.labels.text, stack.file]
            table.append(cells.map { StyledLine($0) } + [context.cell(kept.drift[stack.name.value])])
        }
        // What a script goes on with is what it can plan.
        if format.output != .table { context.report(kept.orphans.map(\.warning)) }
        for orphan in kept.orphans {
            table.append([orphan.name, "(no longer defined; \(orphan.resourcesText))", "", ""])
        }
        try context.write(
            stacks.map { $0.payload(drift: kept.drift[$0.name.value]) }, names: stacks.map(\.name.value), table: table,
            format: format.output,
            whenEmpty: "There are no stacks.")
        let others = Dictionary(grouping: project.others, by: \.kind).mapValues(\.count).sorted { $0.key < $1.key }
        if context.isVerbose {
            for (kind, count) in others { context.say("\(count) × \(kind)", .faint) }
        }
        return ExitStatus.done
    }

    /// The stacks without a definition whose resources are still there, and what is known of drift, by the stacks' names;
    /// a list of definitions is of use also where neither can be found out.
    private func kept(
        _ project: Project, _ root: FilePath, _ context: CommandContext
    ) async -> (orphans: [OrphanedStack], drift: [String: DriftRow]) {
        do {
            let store = try await ProjectStore.existing(
                project: project, root: root, environment: context.environment)
            guard let store else { return ([], [:]) }
            let drift = Dictionary(try await store.records.drift().map { ($0.name, $0) }) { $1 }
            return (selector == nil ? try await store.orphans() : [], drift)
        } catch {
            let reason = diagnostics(of: error).first?.message ?? "\(error)"
            context.report([
                .warning("stacks that are no longer defined, and drift, cannot be listed: \(reason)")
            ])
            return ([], [:])
        }
    }
}

extension StackDefinition {
    fileprivate func payload(drift: DriftRow?) -> JSONValue {
        [
            "name": .string(name.value), "source": .string(source.value.text),
            "labels": .object(labels.mapValues(JSONValue.string)), "file": .string(file),
            "approval": .bool(approval), "protect": .bool(protect),
            "drift": drift?.payload ?? .null,
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
