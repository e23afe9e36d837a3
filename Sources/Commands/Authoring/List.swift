import ArgumentParser
import Changes
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
        let removed = selected?.changes?.stacks.removed
        let stacks = selected?.stacks ?? []
        let kept = await kept(listsGone: removed != nil || !selection.isGiven, project, root, context)
        // A column in which nothing stands would only take the place of others.
        let showsDrift = !kept.drift.isEmpty
        var table = Table(
            columns: ["NAME", "SOURCE", "LABELS", "FILE"] + (reasons == nil ? [] : ["CHANGED"])
                + (showsDrift ? ["DRIFT"] : []))
        for stack in stacks {
            let row = [stack.name.value, stack.source.value.text, stack.labels.text, stack.file]
            let change = reasons.map { [shortText(of: $0[stack.name.value] ?? [])] } ?? []
            table.append((row + change).map { StyledLine($0) } + [context.cell(kept.drift[stack.name.value])])
        }
        let gone = gone(removed, kept.orphans)
        // What a script goes on with is what it can plan.
        if format.output != .table { context.report(gone.map(\.warning)) }
        for stack in gone { table.append([stack.name, stack.note, "", stack.file]) }
        // That nothing has changed is said already.
        if selected?.changes == nil || format.output != .table || !table.isEmpty {
            try context.write(
                stacks.map { stack in
                    stack.payload(
                        reasons.map { $0[stack.name.value] ?? [] }, drift: kept.drift[stack.name.value])
                },
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
    private func gone(_ removed: [StackChanges.Removed]?, _ orphans: [OrphanedStack]) -> [GoneStack] {
        guard let removed else { return orphans.map { GoneStack(name: $0.name, file: "", orphan: $0) } }
        return removed.map { stack in
            GoneStack(name: stack.name, file: stack.file, orphan: orphans.first { $0.name == stack.name })
        }
    }

    /// The stacks without a definition whose resources are still there, and what is known of drift, by the stacks' names;
    /// a list of definitions is of use also where neither can be found out.
    ///
    /// - Parameter listsGone: whether those without a definition are wanted.
    private func kept(
        listsGone: Bool, _ project: Project, _ root: FilePath, _ context: CommandContext
    ) async -> (orphans: [OrphanedStack], drift: [String: DriftRow]) {
        do {
            let store = try await ProjectStore.existing(
                project: project, root: root, environment: context.environment)
            guard let store else { return ([], [:]) }
            let drift = Dictionary(try await store.records.drift().map { ($0.name, $0) }) { $1 }
            return (listsGone ? try await store.orphans() : [], drift)
        } catch {
            let reason = diagnostics(of: error).first?.message ?? "\(error)"
            context.report([
                .warning("stacks that are no longer defined, and drift, cannot be listed: \(reason)")
            ])
            return ([], [:])
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
    /// - Parameters:
    ///   - reasons: why it counts as changed; nil where that was not asked.
    ///   - drift: nil where nothing is known of it.
    fileprivate func payload(_ reasons: [ChangeReason]?, drift: DriftRow?) -> JSONValue {
        var payload: [String: JSONValue] = [
            "name": .string(name.value), "source": .string(source.value.text),
            "labels": .object(labels.mapValues(JSONValue.string)), "file": .string(file),
            "approval": .bool(approval), "protect": .bool(protect),
            "drift": drift?.payload ?? .null,
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
