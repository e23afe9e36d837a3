import ArgumentParser
import Changes
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
              stack list --changed --base v1.4.0
            """,
        aliases: ["ls"])

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @OptionGroup var selection: OptionalStackSelection

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, project) = try await context.project(fetching: false)
        let isBare = project.stacks.isEmpty && !selection.isGiven
        let selected = isBare ? nil : try await context.select(selection, in: project, root)
        let reasons = selected?.changes?.stacks.reasons
        let stacks = selected?.stacks ?? []
        var table = Table(columns: ["NAME", "SOURCE", "LABELS", "FILE"] + (reasons == nil ? [] : ["CHANGED"]))
        for stack in stacks {
            let row = [stack.name.value, stack.source.value.text, stack.labels.text, stack.file]
            table.append(row + (reasons.map { [shortText(of: $0[stack.name.value] ?? [])] } ?? []))
        }
        let gone = await gone(selected?.changes?.stacks.removed, project, root, context)
        // What a script goes on with is what it can plan.
        if format.output != .table { context.report(gone.map(\.warning)) }
        for stack in gone { table.append([stack.name, stack.note, "", stack.file]) }
        // That nothing has changed is said already.
        if selected?.changes == nil || format.output != .table || !table.isEmpty {
            try context.write(
                stacks.map { stack in stack.payload(reasons.map { $0[stack.name.value] ?? [] }) },
                names: stacks.map(\.name.value),
                table: table, format: format.output, whenEmpty: "There are no stacks.")
        }
        let others = Dictionary(grouping: project.others, by: \.kind).mapValues(\.count).sorted { $0.key < $1.key }
        if context.isVerbose {
            for (kind, count) in others { context.say("\(count) × \(kind)", .faint) }
        }
        return ExitStatus.done
    }

    /// The stacks that are no longer defined: of a list of changes those that the change has removed, of a list of all those
    /// whose resources are still there.
    private func gone(
        _ removed: [StackChanges.Removed]?, _ project: Project, _ root: FilePath, _ context: CommandContext
    ) async -> [GoneStack] {
        guard removed != nil || !selection.isGiven else { return [] }
        let orphans = await orphans(project, root, context)
        guard let removed else { return orphans.map { GoneStack(name: $0.name, file: "", orphan: $0) } }
        return removed.map { stack in
            GoneStack(name: stack.name, file: stack.file, orphan: orphans.first { $0.name == stack.name })
        }
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

/// A stack that is no longer defined.
private struct GoneStack {
    let name: String
    /// The file that defined it; empty where that is not known.
    let file: String
    /// What of it is still there; nil for nothing.
    let orphan: OrphanedStack?

    var note: String { "(no longer defined\(orphan.map { "; \($0.resourcesText)" } ?? ""))" }

    var warning: Diagnostic { orphan?.warning ?? .warning("the stack `\(name)` is no longer defined") }
}

extension StackChanges {
    fileprivate var reasons: [String: [ChangeReason]] {
        Dictionary(changed.map { ($0.name, $0.reasons) }) { first, _ in first }
    }
}

/// The first reasons, and how many there are beside them.
private func shortText(of reasons: [ChangeReason]) -> String {
    let more = reasons.count > 3 ? ["\(reasons.count - 2) more"] : []
    return (reasons.prefix(more.isEmpty ? 3 : 2).map(\.text) + more).joined(separator: ", ")
}

extension StackDefinition {
    /// - Parameter reasons: why it counts as changed; nil where that was not asked.
    fileprivate func payload(_ reasons: [ChangeReason]?) -> JSONValue {
        var payload: [String: JSONValue] = [
            "name": .string(name.value), "source": .string(source.value.text),
            "labels": .object(labels.mapValues(JSONValue.string)), "file": .string(file),
            "approval": .bool(approval), "protect": .bool(protect),
        ]
        payload["changes"] = reasons.map { .array($0.map { .string($0.text) }) }
        return .object(payload)
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
