package import FoundationEssentials

/// One file, folder or symbolic link of an archive.
package struct ArchiveEntry: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case directory
        case file(Data, isExecutable: Bool)
        /// Relative, and inside the tree: `..` at its beginning only, and not further up than the root.
        case link(target: String)
    }

    /// Relative, with slashes, without `.`, `..` and empty parts.
    package let path: String
    package let content: Content

    package init(path: String, content: Content) {
        self.path = path
        self.content = content
    }
}
