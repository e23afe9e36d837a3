package import FoundationEssentials

/// A tree in which another one stands at a path, in place of what is there.
package struct MountedTree: SourceTree {
    private let base: any SourceTree
    private let mounted: any SourceTree
    private let path: String

    /// - Parameter path: in its normal form, not the root.
    package init(_ base: any SourceTree, with mounted: any SourceTree, at path: String) {
        self.base = base
        self.mounted = mounted
        self.path = path
    }

    package var name: String { base.name }

    package func kind(of path: String) throws -> SourceEntryKind? {
        let (tree, path) = try place(of: path)
        return try tree.kind(of: path)
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let (tree, path) = try place(of: directory)
        return try tree.entries(of: path)
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        let (tree, path) = try place(of: path)
        return try tree.contents(of: path, upTo: limit)
    }

    private func place(of path: String) throws -> (any SourceTree, path: String) {
        guard let path = normalisedPath(path) else { throw SourceTreeError.outside(path, of: name) }
        if path == self.path { return (mounted, "") }
        return path.hasPrefix(self.path + "/") ? (mounted, String(path.dropFirst(self.path.count + 1))) : (base, path)
    }
}
