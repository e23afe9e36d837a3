import Diagnostics
package import FoundationEssentials
package import SourceTree

/// Files that are about to be written over a tree: gathered and looked at as a whole, and only then written.
///
/// A path never leaves the tree, leads through no link and touches neither git's nor our own records.
package struct ProposedFiles: Sendable {
    package let base: any SourceTree
    private var byPath: [String: FileChange] = [:]

    package init(over base: any SourceTree) {
        self.base = base
    }

    /// What differs from the base, by path.
    package var changes: [FileChange] {
        byPath.values.filter { $0.before != $0.after }.sorted { $0.path < $1.path }
    }

    package var isEmpty: Bool { changes.isEmpty }

    /// The tree as it will be.
    package var tree: ProposedTree { ProposedTree(base: base, changes: byPath.filter { $1.before != $1.after }) }

    /// Adds a file. One that is there with the same content stays as it is.
    ///
    /// - Throws: a `Diagnostic` when another file is there, or none may stand there.
    package mutating func create(_ path: String, _ content: FileContent) throws {
        let path = try allowed(path)
        if let present = try proposedContent(of: path) {
            guard present.data == content.data else { throw Diagnostic.isThere(path) }
            return
        }
        try propose(content, at: path)
    }

    /// Gives a file that is there, or was proposed, another content; it stays as executable as it is.
    ///
    /// - Throws: a `Diagnostic` when there is no such file.
    package mutating func change(_ path: String, to data: Data) throws {
        let path = try allowed(path)
        guard let present = try proposedContent(of: path) else { throw Diagnostic.isMissing(path, for: "changed") }
        try propose(FileContent(data, isExecutable: present.isExecutable), at: path)
    }

    /// Takes a file away.
    ///
    /// - Throws: a `Diagnostic` when there is no such file.
    package mutating func delete(_ path: String) throws {
        let path = try allowed(path)
        guard try proposedContent(of: path) != nil else { throw Diagnostic.isMissing(path, for: "deleted") }
        try propose(nil, at: path)
    }

    private mutating func propose(_ content: FileContent?, at path: String) throws {
        let before = try byPath[path].map(\.before) ?? base.fileContent(of: path)
        byPath[path] = FileChange(path: path, before: before, after: content)
    }

    /// What will stand there so far; nil for nothing.
    private func proposedContent(of path: String) throws -> FileContent? {
        try tree.fileContent(of: path)
    }

    /// The path in its one form, when a file may stand there.
    private func allowed(_ text: String) throws -> String {
        guard let path = normalisedPath(text), !path.isEmpty else { throw Diagnostic.leadsOut(text) }
        guard path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw Diagnostic.hasControlCharacters(path)
        }
        if isRecord(path) { throw Diagnostic.isRecord(path) }
        for tree in [base, tree] as [any SourceTree] { try tree.requireFolders(onTheWayTo: path) }
        return path
    }
}

/// Whether a path is git's or `stack`'s own: what is written there is run by git, or taken for a state, and what is read
/// there may be a key. Folders of other file systems know no case.
func isRecord(_ path: String) -> Bool {
    let parts = path.split(separator: "/").map { $0.lowercased() }
    let name = parts.last ?? ""
    return parts.contains(".git") || parts.first == ".stack" || parts == ["stack.lock"] || name == ".stack.lock.guard"
}

extension SourceTree {
    /// - Throws: a `Diagnostic` where something above the path is no folder; what is missing can be made.
    func requireFolders(onTheWayTo path: String) throws {
        var folder = parentPath(path)
        while !folder.isEmpty {
            switch try kind(of: folder) {
            case nil, .directory: folder = parentPath(folder)
            case .symbolicLink(let target): throw Diagnostic.isLink(folder, to: target, onTheWayTo: path)
            case .file, .other: throw Diagnostic.isNoFolder(folder, onTheWayTo: path)
            }
        }
    }

    /// What the file at a path holds; nil for nothing.
    ///
    /// - Throws: a `Diagnostic` for what is no file: a folder, a link.
    func fileContent(of path: String) throws -> FileContent? {
        switch try kind(of: path) {
        case nil: nil
        case .file(let isExecutable): FileContent(try contents(of: path), isExecutable: isExecutable)
        case .symbolicLink(let target): throw Diagnostic.isLink(path, to: target, onTheWayTo: path)
        case .directory: throw Diagnostic.isNoFile(path, but: "a folder")
        case .other: throw Diagnostic.isNoFile(path, but: "a device, a socket or a pipe")
        }
    }
}

extension Diagnostic {
    fileprivate static func leadsOut(_ path: String) -> Diagnostic {
        .error("`\(path)` is no path of a file in the project", hint: "paths are relative to the project's root")
    }

    fileprivate static func hasControlCharacters(_ path: String) -> Diagnostic {
        .error("the path `\(path)` holds control characters")
    }

    static func isRecord(_ path: String) -> Diagnostic {
        .error("`\(path)` cannot be used: `.git`, `.stack` and `stack.lock` are for git and `stack` alone")
    }

    fileprivate static func isThere(_ path: String) -> Diagnostic {
        .error(
            "`\(path)` is there already, with another content", hint: "choose another name, or move the file away",
            outcome: .refused)
    }

    fileprivate static func isMissing(_ path: String, for change: String) -> Diagnostic {
        .error("there is no file `\(path)` that could be \(change)")
    }

    fileprivate static func isLink(_ link: String, to target: String, onTheWayTo path: String) -> Diagnostic {
        .error(
            "`\(path)` cannot be written: `\(link)` is a symbolic link, to `\(target)`",
            hint: "only real files and folders of the project are written")
    }

    fileprivate static func isNoFolder(_ folder: String, onTheWayTo path: String) -> Diagnostic {
        .error("`\(path)` cannot be written: `\(folder)` is no folder")
    }

    fileprivate static func isNoFile(_ path: String, but kind: String) -> Diagnostic {
        .error("`\(path)` cannot be written: it is \(kind)")
    }
}
