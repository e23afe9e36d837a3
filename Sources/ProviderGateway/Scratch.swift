import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage

/// A short folder for the sockets of one command: the path of a socket has at most 107 bytes. It is removed in the end.
final class Scratch: Sendable {
    let folder: FilePath
    private let lock: Mutex<FileLock?>

    private static let prefix = "stack-gw-"
    /// Beside the folder: it is held as long as the folder is needed.
    private static let lockSuffix = ".lock"

    /// Makes one in the temporary folder, and removes those of commands that were killed.
    ///
    /// - Throws: a `Diagnostic` when it cannot be made.
    init(environment: [String: String]) async throws {
        let wanted = FilePath(environment["TMPDIR"] ?? "")
        // Providers write more than sockets there: only a path that is too long is not taken.
        let parent = wanted.isAbsolute && wanted.string.utf8.count <= Self.longestParent ? wanted : "/tmp"
        await Self.removeLeftovers(in: parent)
        var template = Array(parent.appending("\(Self.prefix)XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Diagnostic.error("no folder can be made in `\(parent)`: \(Errno(rawValue: errno))")
        }
        folder = FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        guard let lock = try await FileLock.acquire(Self.lock(of: folder), until: .now) else {
            throw Diagnostic.error("`\(folder)` is another's")
        }
        self.lock = Mutex(lock)
    }

    func remove() {
        // What cannot be removed is of no use to anybody.
        try? removeTree(folder)
        lock.withLock { $0 = nil }
    }

    private static func removeLeftovers(in parent: FilePath) async {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.string)) ?? []
        where name.hasPrefix(prefix) && !name.hasSuffix(lockSuffix) {
            let folder = parent.appending(name)
            var status = stat()
            guard lstat(folder.string, &status) == 0, status.st_uid == geteuid(),
                // One that is just being made may have no lock yet.
                Date().timeIntervalSince1970 - TimeInterval(status.st_mtim.tv_sec) > 60,
                let lock = try? await FileLock.acquire(lock(of: folder), until: .now)
            else { continue }
            try? removeTree(folder)
            _ = consume lock
        }
    }

    private static func lock(of folder: FilePath) -> FilePath {
        folder.removingLastComponent().appending((folder.lastComponent?.string ?? "") + lockSuffix)
    }

    /// go-plugin makes a folder of its own with a socket in it: `plugin-dir1234567890/plugin1234567890`.
    private static let longestParent =
        107 - "/\(prefix)XXXXXX".utf8.count - "/plugin-dir1234567890/plugin1234567890".utf8.count
}
