import Diagnostics
import Files
import FoundationEssentials
import SourceTree
import SystemPackage
import Templates

/// How many links may lead to one another before they count as a circle.
private let linkLimit = 40

/// Copies a folder of a tree; links are followed, as long as they stay in the tree.
struct TreeCopy {
    let tree: any SourceTree
    /// The folder that stands for the root of the tree.
    let destination: FilePath

    /// - Throws: a `Diagnostic` that names the file which cannot be read or written.
    func copy(folder: String) throws {
        try makePrivateFolder(destination.appending(path: folder))
        try copyEntries(of: folder, to: folder, links: 0)
    }

    private func copyEntries(of folder: String, to place: String, links: Int) throws {
        for entry in try tree.entries(of: folder) where !isLeftBehind(entry.name) {
            try copy(childPath(folder, entry.name), kind: entry.kind, to: childPath(place, entry.name), links: links)
        }
    }

    private func copy(_ path: String, kind: SourceEntryKind, to place: String, links: Int) throws {
        switch kind {
        case .file(let isExecutable):
            try write(try tree.contents(of: path), to: destination.appending(path: place), isExecutable: isExecutable)
        case .directory:
            try makePrivateFolder(destination.appending(path: place))
            try copyEntries(of: path, to: place, links: links)
        case .symbolicLink(let target):
            guard links < linkLimit else { throw Diagnostic.error("the links at `\(path)` lead in a circle") }
            guard let resolved = try tree.resolved(path) else {
                throw Diagnostic.error("the link `\(path)` leads to `\(target)`, which does not exist")
            }
            try copy(resolved.path, kind: resolved.kind, to: place, links: links + 1)
        case .other:
            throw Diagnostic.error("`\(path)` is neither a file nor a folder", hint: "Remove it from the source")
        }
    }

    private func write(_ data: Data, to path: FilePath, isExecutable: Bool) throws {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: isExecutable ? [.ownerReadWriteExecute] : [.ownerReadWrite])
            _ = try file.closeAfter { try file.writeAll(data) }
        } catch let error as Errno {
            throw Diagnostic.error("`\(path)` cannot be written: \(error)")
        }
    }
}

extension FilePath {
    /// Appends a relative POSIX path, which may be empty.
    func appending(path: String) -> FilePath { path.isEmpty ? self : appending(FilePath(path).components) }
}
