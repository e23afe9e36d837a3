import ChildProcess
import Diagnostics
package import FoundationEssentials
package import SourceTree

/// A folder of a commit as a tree, without being checked out: bytes as they were committed, without filters and line
/// endings.
///
/// Paths are listed once, contents are read when they are asked for.
package struct CommitTree: SourceTree {
    private struct Item: Sendable {
        let mode: Substring
        let object: Substring
    }

    package let name: String
    /// Files, links and submodules, by path.
    private let items: [String: Item]
    /// What each folder holds.
    private let names: [String: [String]]
    private let objects: Conversation

    /// - Parameters:
    ///   - name: for people.
    ///   - prefix: the folder's path in the commit, with a slash at its end; empty for the root. One that the commit does not
    ///     have is an empty tree.
    init(of commit: String, at prefix: String, name: String, git: GitCommand) async throws {
        let listed = try await git.run(
            ["ls-tree", "-r", "-z", "--full-tree", commit] + (prefix.isEmpty ? [] : ["--", prefix]))
        guard listed.exit.isSuccess else { throw Diagnostic.git("ls-tree", listed) }
        var items: [String: Item] = [:]
        var names: [String: [String]] = ["": []]
        for line in listed.standardOutput.split(separator: 0) {
            let (words, bytes) = wordsAndPath(of: line)
            guard let bytes, words.count == 3 else { continue }
            let path = String(decoding: bytes.dropFirst(prefix.utf8.count), as: UTF8.self)
            items[path] = Item(mode: words[0], object: words[2])
            Self.add(path, to: &names)
        }
        self.name = name
        self.items = items
        self.names = names.mapValues { $0.sorted() }
        objects = try git.converse(["cat-file", "--batch"])
    }

    private static func add(_ path: String, to names: inout [String: [String]]) {
        var path = path
        while !path.isEmpty {
            let folder = parentPath(path)
            let isKnown = names[folder] != nil
            names[folder, default: []].append(
                folder.isEmpty ? path : String(decoding: path.utf8.dropFirst(folder.utf8.count + 1), as: UTF8.self))
            if isKnown { return }
            path = folder
        }
    }

    package func kind(of path: String) throws -> SourceEntryKind? {
        let path = try normalised(path)
        if names[path] != nil { return .directory }
        guard let item = items[path] else { return nil }
        switch item.mode {
        case "100755": return .file(executable: true)
        case "120000": return .symbolicLink(target: String(decoding: try content(of: item, path, .max), as: UTF8.self))
        case "160000": return .other
        default: return .file(executable: false)
        }
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let path = try normalised(directory)
        guard let names = names[path] else {
            throw Diagnostic.error("there is no folder `\(path)` in \(name)")
        }
        return try names.compactMap { entry in try kind(of: childPath(path, entry)).map { (entry, $0) } }
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let (resolved, kind) = try resolved(path), case .file = kind, let item = items[resolved] else {
            throw Diagnostic.error("there is no file `\(path)` in \(name)")
        }
        return try content(of: item, path, limit)
    }

    /// By the answer of `git cat-file --batch`: `OBJECT TYPE SIZE`, the bytes, a line feed.
    private func content(of item: Item, _ path: String, _ limit: Int) throws -> Data {
        let data = try objects.ask("\(item.object)\n") { answer in
            let words = try answer.line().split(separator: " ")
            guard words.count == 3, words[1] == "blob", let size = Int(words[2]) else {
                throw Diagnostic.error(
                    "git does not have the content of `\(path)` in \(name)",
                    hint: "a clone that leaves contents out fetches them: `git fetch --refetch`")
            }
            let data = try answer.bytes(size)
            _ = try answer.bytes(1)
            return data
        }
        guard data.count <= limit else {
            throw Diagnostic.error("the file `\(path)` in \(name) has more than \(limit) bytes")
        }
        return data
    }

    private func normalised(_ path: String) throws(Diagnostic) -> String {
        guard let normal = normalisedPath(path) else { throw .error("the path `\(path)` leads out of \(name)") }
        return normal
    }
}
