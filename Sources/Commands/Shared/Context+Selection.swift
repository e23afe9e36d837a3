import Changes
import Definitions
import Diagnostics
import Records
import Runs
import SourceControl
import SystemPackage

/// What a selection came to.
struct SelectedStacks {
    /// By name.
    let stacks: [StackDefinition]
    /// Nil unless `--changed` was given.
    let changes: ChangesSinceBase?
}

/// What a change reaches, and since when.
struct ChangesSinceBase {
    let base: GitBase
    let stacks: StackChanges
}

extension CommandContext {
    /// The stacks that a selection takes; all, where it names nothing.
    ///
    /// - Parameter others: what selects beside the definitions.
    /// - Throws: a `Diagnostic` where it selects nothing by mistake, or what it compares with is not to be had.
    func select(
        _ choice: OptionalStackSelection, in project: Project, _ root: FilePath, and others: [SelectionSource] = []
    ) async throws -> SelectedStacks {
        var sources = try choice.sources(in: project) + others
        if choice.drifted {
            let drifted = try await drifted(in: project, root)
            if drifted.isEmpty { say("No stack is known to have drifted; `stack drift --all` looks.") }
            sources.append(SelectionSource("`--drifted`", drifted, mayBeEmpty: true))
        }
        let changes = choice.changed ? try await changes(since: choice.base, in: project, root) : nil
        if let changes {
            sources.append(
                SelectionSource("`--changed`", changes.stacks.changed.map(\.name), mayBeEmpty: true))
        }
        let stacks = try choice.stacks(in: project, from: sources)
        if let changes { say(changes, selected: stacks.count) }
        return SelectedStacks(stacks: stacks, changes: changes)
    }

    /// Where nothing was ever kept, nothing is known.
    private func drifted(in project: Project, _ root: FilePath) async throws -> [String] {
        let store = try await ProjectStore.existing(project: project, root: root, environment: environment)
        return try await store?.records.driftedStacks() ?? []
    }

    private func changes(
        since ref: String?, in project: Project, _ root: FilePath
    ) async throws -> ChangesSinceBase {
        let repository = try await GitProject(around: root, environment: environment)
        let base = try await repository.base(ref)
        async let tree = repository.tree(of: base)
        async let differences = repository.differences(from: base)
        let stacks = StackChanges(
            from: try await tree, to: self.tree(root), defining: project, at: Set(try await differences.map(\.path)))
        return ChangesSinceBase(base: base, stacks: stacks)
    }

    private func say(_ changes: ChangesSinceBase, selected count: Int) {
        let changed = changes.stacks.changed.count
        guard changed > 0 else { return say("No stack is changed since \(changes.base.text).") }
        let found = "\(changed) \(changed == 1 ? "stack is" : "stacks are") changed since \(changes.base.text)"
        say(count == 0 ? "\(found), and none of them is selected." : "\(found).", .faint)
    }
}
