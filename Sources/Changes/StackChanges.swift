package import Definitions
import Diagnostics
package import SourceTree

/// Which stacks of a project a change between two trees can reach, and why.
///
/// Of the earlier tree only what differs is read, the definitions that extend it, and the templates' own definitions.
package struct StackChanges: Hashable, Sendable {
    package struct Changed: Hashable, Sendable {
        package let name: String
        /// At least one.
        package let reasons: [ChangeReason]
    }

    /// A stack that the later tree no longer defines.
    package struct Removed: Hashable, Sendable {
        package let name: String
        /// The file that defined it.
        package let file: String
    }

    /// By name.
    package let changed: [Changed]
    /// By name.
    package let removed: [Removed]

    package static let none = StackChanges(changed: [], removed: [])

    private init(changed: [Changed], removed: [Removed]) {
        self.changed = changed
        self.removed = removed
    }

    /// - Parameters:
    ///   - base: the earlier tree; mistakes in it are nobody's affair any more.
    ///   - tree: the later one.
    ///   - project: what the later tree defines.
    ///   - paths: every path at which the two may differ. One that is not here is taken to be the same in both.
    package init(from base: any SourceTree, to tree: any SourceTree, defining project: Project, at paths: Set<String>) {
        guard !paths.isEmpty else {
            self = .none
            return
        }
        let differences = Differences(paths: paths)
        let affected = project.stackFiles.affected(differences.touch)
        var former = loadProject(base, only: affected.union(paths))
        let isWhole = former.project.settings.stacks != project.settings.stacks
        if isWhole { former = loadProject(base) }
        var comparison = Comparison(
            head: Side(tree: tree, project: project), base: Side(tree: base, project: former.project),
            differences: differences, affected: isWhole ? nil : affected,
            misread: Set(former.diagnostics.filter { $0.severity == .error }.compactMap(\.location?.file)))
        changed = project.stacks.compactMap { stack in
            let reasons = comparison.reasons(for: stack)
            return reasons.isEmpty ? nil : Changed(name: stack.name.value, reasons: reasons)
        }
        let names = Set(project.stacks.map(\.name.value))
        removed = former.project.stacks.filter { !names.contains($0.name.value) }
            .map { Removed(name: $0.name.value, file: $0.file) }
    }
}

/// One of the two trees.
struct Side {
    let tree: any SourceTree
    let project: Project
    /// Nil where there is none, or it cannot be read: then nothing is pinned.
    let lock: StackLock?

    init(tree: any SourceTree, project: Project) {
        self.tree = tree
        self.project = project
        lock = try? StackLock.read(in: tree)
    }
}
