package import Definitions
import Diagnostics
import ModuleInterface
package import SourceTree

/// Resolves the modules of many stacks and reads each module once.
package struct ModuleCache {
    private let tree: any SourceTree
    private var sources: [Key: ModuleSource] = [:]

    private struct Key: Hashable {
        let source: StackSource
        let workdir: String?
    }

    package init(tree: any SourceTree) {
        self.tree = tree
    }

    /// The stack's module; nil for a source that is not in the project's tree, or not yet.
    ///
    /// - Throws: as `resolveModule`.
    package mutating func source(of stack: StackDefinition, in project: Project) throws -> ModuleSource? {
        if case .git = stack.source.value { return nil }
        if case .template = stack.source.value, project.template(of: stack) == nil { return nil }
        let key = Key(source: stack.source.value, workdir: stack.workdir)
        if let known = sources[key] { return known }
        let source = try resolveModule(of: stack, in: project, tree: tree)
        sources[key] = source
        return source
    }
}
