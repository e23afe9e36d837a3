package import FoundationEssentials

/// What stands at a path of a tree.
package enum SourceEntryKind: Hashable, Sendable {
    case file(executable: Bool)
    case directory
    case symbolicLink(target: String)
    /// A device, a socket, a pipe: never read.
    case other
}

/// A tree of files to read definitions and modules from: a directory, or one day a commit.
///
/// Paths are relative, with `/` between the parts; `""` is the root. One that climbs out of the tree or is absolute is
/// an error, and so is a symbolic link that leads out of it. Errors are `Diagnostic`s.
package protocol SourceTree: Sendable {
    /// For people: where the tree comes from.
    var name: String { get }

    /// What stands there, or nil for nothing. Links are not followed, neither the last part nor one on the way.
    func kind(of path: String) throws -> SourceEntryKind?

    /// What a directory holds, by name. Links are not followed.
    func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)]

    /// A file's bytes; links inside the tree are followed.
    ///
    /// - Throws: where there is no file, or it holds more than `limit` bytes.
    func contents(of path: String, upTo limit: Int) throws -> Data
}

extension SourceTree {
    /// A file's bytes, however many; links inside the tree are followed.
    package func contents(of path: String) throws -> Data {
        try contents(of: path, upTo: .max)
    }

    /// What stands there once every symbolic link is followed; nil for nothing.
    package func resolvedKind(of path: String) throws -> SourceEntryKind? {
        try resolved(path)?.kind
    }

    /// The path without symbolic links and what stands there: never a link itself. Nil where there is nothing.
    ///
    /// - Throws: where a link leads out of the tree or links go round in a circle.
    package func resolved(_ path: String) throws -> (path: String, kind: SourceEntryKind)? {
        guard let path = normalisedPath(path) else { throw SourceTreeError.outside(path, of: name) }
        var rest = pathParts(path)[...]
        var resolved = ""
        var kind = SourceEntryKind.directory
        var links: [(path: String, target: String)] = []
        while let part = rest.popFirst() {
            if part == ".." {
                // Only a link's target brings one here; what it climbs over is free of links by now.
                if resolved.isEmpty, let link = links.last {
                    throw SourceTreeError.link(link.path, to: link.target, leaves: name)
                }
                resolved = parentPath(resolved)
                kind = .directory
                continue
            }
            let next = childPath(resolved, part)
            guard let found = try self.kind(of: next) else { return nil }
            guard case .symbolicLink(let target) = found else {
                resolved = next
                kind = found
                continue
            }
            links.append((next, target))
            if target.utf8.first == UInt8(ascii: "/") { throw SourceTreeError.link(next, to: target, leaves: name) }
            if links.count > 40 { throw SourceTreeError.linkCycle(path, in: name) }
            rest = (pathParts(target).filter { $0 != "." } + rest)[...]
        }
        return (resolved, kind)
    }
}
