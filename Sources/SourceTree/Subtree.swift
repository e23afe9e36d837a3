package import FoundationEssentials

/// A folder of a tree as a tree of its own; nil is one without any files.
package struct Subtree: SourceTree {
    private let base: (tree: any SourceTree, folder: String)?

    /// - Parameter folder: in its normal form.
    package init(of tree: any SourceTree, at folder: String) { base = (tree, folder) }

    /// The empty tree.
    package init() { base = nil }

    package var name: String { base.map { "\($0.tree.name)/\($0.folder)" } ?? "nothing" }

    package func kind(of path: String) throws -> SourceEntryKind? {
        guard let base else { return path.isEmpty ? .directory : nil }
        return try base.tree.kind(of: try place(of: path, below: base.folder))
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        guard let base else { return [] }
        return try base.tree.entries(of: try place(of: directory, below: base.folder))
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let base else { throw SourceTreeError.missing(path, in: name) }
        return try base.tree.contents(of: try place(of: path, below: base.folder), upTo: limit)
    }

    private func place(of path: String, below folder: String) throws -> String {
        guard let path = normalisedPath(path) else { throw SourceTreeError.outside(path, of: name) }
        return path.isEmpty ? folder : childPath(folder, path)
    }
}
