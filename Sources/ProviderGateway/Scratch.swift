import Diagnostics
import Files
import FoundationEssentials
import Glibc
import Synchronization
import SystemPackage

/// A short folder for the sockets of one command: the path of a socket has little room. It is removed in the end.
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
        folder = parent.appending(Self.prefix + String(UInt32.random(in: .min ... .max), radix: 36))
        // Fails where there is one already, be it somebody else's.
        guard mkdir(folder.string, S_IRWXU) == 0 else {
            throw Diagnostic.error("`\(folder)` cannot be made: \(Errno(rawValue: errno))")
        }
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

    /// What the path of a socket has room for beside it: this folder, with seven digits to base 36, and in it the folder
    /// that go-plugin makes with its socket.
    private static let longestParent =
        longestSocketPath - "/\(prefix)1234567".utf8.count - "/plugin-dir1234567890/plugin1234567890".utf8.count

    /// In bytes, of unix(7): `sun_path` less the NUL at its end.
    private static let longestSocketPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
}
