import Diagnostics
import Glibc
package import SystemPackage

/// An advisory lock on a file, between processes of this machine. It dies with its holder.
package struct FileLock: ~Copyable {
    private let file: FileDescriptor

    private init(holding file: FileDescriptor) {
        self.file = file
    }

    /// Waits until the lock is free; the wait ends with the task's cancellation.
    package static func acquire(_ path: FilePath, pollInterval: Duration = .milliseconds(20)) async throws -> FileLock {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec], permissions: [.ownerReadWrite])
        } catch let error as Errno {
            throw Diagnostic.error("the lock file `\(path)` cannot be opened: \(error)")
        }
        do {
            while flock(file.rawValue, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else {
                    throw Diagnostic.error("`\(path)` cannot be locked: \(Errno(rawValue: errno))")
                }
                try await Task.sleep(for: pollInterval)
            }
        } catch {
            try? file.close()
            throw error
        }
        return FileLock(holding: file)
    }

    deinit {
        // Closing releases the lock; there is nobody to tell if it fails.
        try? file.close()
    }
}

/// Does some work while holding the lock on a file, waiting for it first.
package func holdingLock<Value>(
    on path: FilePath, _ work: () async throws -> Value
) async throws -> Value {
    let lock = try await FileLock.acquire(path)
    let value = try await work()
    _ = consume lock
    return value
}
