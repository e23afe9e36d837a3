import ChildProcess
import Diagnostics
package import FoundationEssentials

/// A commit in a cached repository, to be read without being checked out: bytes as they were committed, without filters,
/// line endings or hooks.
package struct GitCommit: Sendable {
    /// The whole id.
    package let id: String
    let url: String
    let git: GitCommand

    /// A file or a link, with its path below the folder that was read.
    package struct Entry: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case file(executable: Bool)
            case link
        }

        package let path: String
        package let kind: Kind
        /// Of a link its target.
        package let content: Data
    }

    /// All files and links below a folder, by path.
    ///
    /// - Parameters:
    ///   - folder: relative, without `.` and `..`; "" is the root.
    ///   - limit: for all contents together, in bytes.
    /// - Throws: a `Diagnostic` when there is no such folder, when it holds a submodule, or more than it may.
    package func entries(below folder: String, upTo limit: Int) async throws -> [Entry] {
        guard try await kind(of: folder) == "tree" else { throw missing(folder, "folder") }
        let output = try await git.run(["ls-tree", "-r", "-z", "-l", "--full-tree", "\(id):\(folder)"])
        guard output.exit.isSuccess else { throw Diagnostic.git(output, "cannot be read", url) }
        let items = try output.standardOutput.split(separator: 0).map { try TreeItem($0, in: folder, of: self) }
        guard items.reduce(0, { $0 + $1.size }) <= limit else {
            throw Diagnostic.error(
                "`\(folder)` of \(withoutCredentials(url)) holds more than the \(limit) bytes that are allowed",
                outcome: .refused)
        }
        let contents = try await contents(of: items)
        return zip(items, contents).map { Entry(path: $0.path, kind: $0.kind, content: $1) }
    }

    /// One file.
    ///
    /// - Throws: a `Diagnostic` when it is not there, or larger than `limit`.
    package func file(_ path: String, upTo limit: Int) async throws -> Data {
        guard try await kind(of: path) == "blob" else { throw missing(path, "file") }
        let output = try await git.run(["cat-file", "blob", "\(id):\(path)"], outputLimit: limit)
        guard output.exit.isSuccess else { throw Diagnostic.git(output, "cannot be read", url) }
        return output.standardOutput
    }

    private func kind(of path: String) async throws -> String? {
        try await git.text(["cat-file", "-t", "\(id):\(path)"])
    }

    private func missing(_ path: String, _ what: String) -> Diagnostic {
        .error("there is no \(what) `\(path)` in commit \(id.prefix(12)) of \(withoutCredentials(url))")
    }

    /// By the answers of `git cat-file --batch`: a line with the size, the bytes, a line break.
    private func contents(of items: [TreeItem]) async throws -> [Data] {
        let size = items.reduce(1024) { $0 + $1.size + 200 }
        let output = try await git.run(
            ["cat-file", "--batch"], input: Data(items.map { $0.object + "\n" }.joined().utf8), outputLimit: size)
        guard output.exit.isSuccess else { throw Diagnostic.git(output, "cannot be read", url) }
        var rest = output.standardOutput[...]
        return try items.map { item in
            guard let end = rest.firstIndex(of: 0x0A), rest.endIndex - end > item.size + 1,
                String(decoding: rest[..<end], as: UTF8.self) == "\(item.object) blob \(item.size)"
            else { throw Diagnostic.error("git did not give `\(item.path)` of \(withoutCredentials(url))") }
            let content = rest[(end + 1)..<(end + 1 + item.size)]
            rest = rest[(end + item.size + 2)...]
            return Data(content)
        }
    }
}

/// A line of `git ls-tree -l -z`: `MODE TYPE OBJECT SIZE\tPATH`.
private struct TreeItem {
    let path: String
    let kind: GitCommit.Entry.Kind
    let object: String
    let size: Int

    init(_ line: Data, in folder: String, of commit: GitCommit) throws(Diagnostic) {
        func refused(_ path: String, _ reason: String) -> Diagnostic {
            .error(
                "`\(folder.isEmpty ? path : "\(folder)/\(path)")` in commit \(commit.id.prefix(12)) of "
                    + "\(withoutCredentials(commit.url)) \(reason)", outcome: .refused)
        }
        let (words, name) = wordsAndPath(of: line)
        guard let name, words.count == 4 else { throw refused("", "cannot be understood") }
        guard let path = String(validating: name, as: UTF8.self) else {
            throw refused(String(decoding: name, as: UTF8.self), "has a name that is not UTF-8")
        }
        self.path = path
        switch words[0] {
        case "100644", "100664": kind = .file(executable: false)
        case "100755": kind = .file(executable: true)
        case "120000": kind = .link
        case "160000": throw refused(path, "is a submodule, which is not fetched")
        default: throw refused(path, "has the mode \(words[0]), which is not read")
        }
        guard let size = Int(words[3]) else { throw refused(path, "has no size") }
        self.size = size
        object = String(words[2])
    }
}

/// A line of `git ls-tree -z`: words, a tab, a path.
func wordsAndPath(of line: Data) -> (words: [Substring], path: Data?) {
    let parts = line.split(separator: 0x09, maxSplits: 1)
    let words = parts.first.map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
    return (words, parts.count == 2 ? parts[1] : nil)
}
