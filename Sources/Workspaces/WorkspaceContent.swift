import Archive
package import Cryptography
package import Diagnostics
import Files
package import FoundationEssentials
import Glibc
import SourceTree
import SystemPackage
import Templates

/// Enough of a file's status to see that it was written.
private struct FileMark: Equatable, Sendable {
    let inode: UInt
    let size: Int
    let seconds: Int
    let nanoseconds: Int
}

/// The files of a workspace at one moment, to tell later which ones planning made or changed.
package struct WorkspaceSnapshot: Sendable {
    fileprivate let marks: [String: FileMark]
}

extension Workspace {
    /// Keyed digests of every file that Terraform could read here, by path: the source and the modules that `init` brought.
    /// State, variables and providers are bound in their own ways.
    package func digests(key: SealingKey) throws -> [String: String] {
        var result: [String: String] = [:]
        for path in try filePaths() {
            guard let data = try readFile(sourceRoot.appending(path: path)) else { continue }
            result[path] = key.keyedDigest(of: data)
        }
        return result
    }

    package func snapshot() throws -> WorkspaceSnapshot {
        WorkspaceSnapshot(marks: Dictionary(try filePaths().map { ($0, try mark(of: $0)) }) { $1 })
    }

    /// What planning made or changed since, packed: an apply needs it again (a zip of `archive_file`, say).
    ///
    /// - Returns: nil when there is nothing.
    package func packMadeFiles(since snapshot: WorkspaceSnapshot) throws -> Data? {
        let made = try filePaths().filter { try mark(of: $0) != snapshot.marks[$0] }
        guard !made.isEmpty else { return nil }
        return try pack(made.map { try ArchiveEntry(path: $0, readingFrom: sourceRoot.appending(path: $0)) })
    }

    package func unpackMadeFiles(_ data: Data) throws {
        try unpack(data, into: sourceRoot)
    }

    /// Signs that a run worked on another state than the one that was laid out for it.
    package func strayStateProblems() throws -> [Diagnostic] {
        ["terraform.tfstate.d", ".terraform/environment"].filter { exists(folder.appending(path: $0)) }.map {
            .error(
                "`\($0)` appeared in the workspace: something selected another Terraform workspace",
                hint: "Look for `terraform workspace` in what the module runs; the state kept before is unchanged")
        }
    }

    /// Regular files below the source, without state, providers and the backend's own file.
    func filePaths() throws -> [String] {
        var result: [String] = []
        try collect("", into: &result)
        return result.sorted()
    }

    private func collect(_ path: String, into result: inout [String]) throws {
        let place = sourceRoot.appending(path: path)
        for name in try FileManager.default.contentsOfDirectory(atPath: place.string) {
            let path = childPath(path, name)
            if name == "providers" && path.hasSuffix(".terraform/providers") { continue }
            if isLeftBehind(name) && name != ".terraform" { continue }
            var isFolder = false
            guard existsFollowingLinks(sourceRoot.appending(path: path), &isFolder) else { continue }
            if isFolder { try collect(path, into: &result) } else { result.append(path) }
        }
    }

    private func mark(of path: String) throws -> FileMark {
        var status = stat()
        guard stat(sourceRoot.appending(path: path).string, &status) == 0 else {
            throw Diagnostic.error("`\(path)` of the workspace cannot be looked at: \(Errno(rawValue: errno))")
        }
        return FileMark(
            inode: UInt(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }

    private func existsFollowingLinks(_ path: FilePath, _ isFolder: inout Bool) -> Bool {
        FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder)
    }
}
