import Definitions
import Glibc
import Synchronization
import SystemPackage

/// `stack.lock` as it was read last: among a thousand stacks it is long, and each of them asks for it.
final class KnownLockFile: Sendable {
    /// Every change puts a new file in the place of the old one.
    private struct Mark: Equatable {
        let inode: UInt
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    private let path: FilePath
    private let root: FilePath
    private let known = Mutex<(mark: Mark, lock: StackLock?)?>(nil)

    init(root: FilePath) {
        self.root = root
        path = root.appending(StackLock.fileName)
    }

    /// - Throws: as `StackLock.read`.
    func read() throws -> StackLock? {
        // Looked at before it is read: what comes in between is read once more the next time.
        guard let mark = mark() else { return try StackLock.read(root: root) }
        if let known = known.withLock({ $0 }), known.mark == mark { return known.lock }
        let lock = try StackLock.read(root: root)
        known.withLock { $0 = (mark, lock) }
        return lock
    }

    private func mark() -> Mark? {
        var status = stat()
        guard stat(path.string, &status) == 0 else { return nil }
        return Mark(
            inode: UInt(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec)
    }
}
