package import FoundationEssentials

/// A tree in which another one stands at a path, in place of what is there; the folders above it are there, too.
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
        let (tree, place) = try place(of: path)
        return try tree.kind(of: place) ?? (isAboveMount(path) ? .directory : nil)
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let (tree, place) = try place(of: directory)
        guard isAboveMount(directory), let next = nextPart(below: directory) else { return try tree.entries(of: place) }
        let known = try tree.kind(of: place) == nil ? [] : try tree.entries(of: place)
        return known.contains { $0.name == next } ? known : known + [(next, .directory)]
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        let (tree, path) = try place(of: path)
        return try tree.contents(of: path, upTo: limit)
    }

    private func isAboveMount(_ path: String) -> Bool { path.isEmpty || self.path.hasPrefix(path + "/") }

    private func nextPart(below directory: String) -> String? {
        self.path.dropFirst(directory.isEmpty ? 0 : directory.count + 1).split(separator: "/").first.map(String.init)
    }

    private func place(of path: String) throws -> (any SourceTree, path: String) {
        guard let path = normalisedPath(path) else { throw SourceTreeError.outside(path, of: name) }
        if path == self.path { return (mounted, "") }
        return path.hasPrefix(self.path + "/") ? (mounted, String(path.dropFirst(self.path.count + 1))) : (base, path)
    }
}
