import Diagnostics
package import FoundationEssentials
package import SourceTree

/// A tree as it will be once proposed files are written, so that the result can be checked before it is there.
package struct ProposedTree: SourceTree {
    let base: any SourceTree
    /// By path.
    let changes: [String: FileChange]

    package var name: String { base.name }

    package func kind(of path: String) throws -> SourceEntryKind? {
        guard let path = normalisedPath(path) else { return try base.kind(of: path) }
        if let change = changes[path] { return change.after.map { .file(executable: $0.isExecutable) } }
        return isFolderOfChanges(path) ? .directory : try base.kind(of: path)
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        guard let path = normalisedPath(directory), isFolderOfChanges(path) else {
            return try base.entries(of: directory)
        }
        let present = try base.kind(of: path) == nil ? [] : base.entries(of: path).map(\.name)
        let names = Set(present).union(children(of: path))
        return try names.sorted().compactMap { name in try kind(of: childPath(path, name)).map { (name, $0) } }
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let (resolved, _) = try resolved(path) else {
            throw Diagnostic.error("there is no file `\(path)` in `\(name)`")
        }
        guard let content = changes[resolved]?.after else { return try base.contents(of: resolved, upTo: limit) }
        guard content.data.count <= limit else {
            throw Diagnostic.error("the file `\(path)` has more than \(limit) bytes")
        }
        return content.data
    }

    private func isFolderOfChanges(_ path: String) -> Bool { !children(of: path).isEmpty }

    /// What stands directly in a folder and is, or leads to, a change; a file that goes away keeps its folder.
    private func children(of folder: String) -> Set<String> {
        let prefix = folder.isEmpty ? "" : folder + "/"
        return Set(
            changes.keys.filter { $0.hasPrefix(prefix) }.compactMap { path in
                path.dropFirst(prefix.count).split(separator: "/").first.map(String.init)
            })
    }
}
