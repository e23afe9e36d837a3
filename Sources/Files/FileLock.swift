import Diagnostics
import Glibc
package import SystemPackage

/// An advisory lock between processes of this machine, on a file that is there only while somebody holds it. It dies with
/// its holder.
package struct FileLock: ~Copyable {
    private let file: FileDescriptor
    private let path: FilePath

    private init(holding file: FileDescriptor, at path: FilePath) {
        self.file = file
        self.path = path
    }

    /// Waits until the lock is free; the wait ends with the task's cancellation.
    ///
    /// - Parameters:
    ///   - path: of the lock's own file, beside what it guards.
    ///   - deadline: until when to wait; nil waits for ever.
    /// - Returns: nil when the deadline has passed; it looks once in any case.
    package static func acquire(
        _ path: FilePath, until deadline: ContinuousClock.Instant? = nil, pollInterval: Duration = .milliseconds(10)
    ) async throws -> FileLock? {
        while true {
            if let file = try open(path) { return FileLock(holding: file, at: path) }
            if let deadline, ContinuousClock.now >= deadline { return nil }
            try await Task.sleep(for: pollInterval)
        }
    }

    /// Removed first, then unlocked: whoever waits for this file finds it gone and makes a new one.
    deinit {
        unlink(path.string)
        // Closing releases the lock; there is nobody to tell if it fails.
        try? file.close()
    }

    /// Nil when somebody else holds it, or has just removed it.
    private static func open(_ path: FilePath) throws -> FileDescriptor? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: [.ownerReadWrite])
        } catch let error as Errno {
            throw Diagnostic.error("the lock file `\(path)` cannot be opened: \(error)")
        }
        var (held, named) = (stat(), stat())
        let result = flock(file.rawValue, LOCK_EX | LOCK_NB)
        if result != 0, errno != EWOULDBLOCK, errno != EINTR {
            let reason = Errno(rawValue: errno)
            try? file.close()
            throw Diagnostic.error("`\(path)` cannot be locked: \(reason)")
        }
        if result == 0, fstat(file.rawValue, &held) == 0,
            lstat(path.string, &named) == 0, held.st_ino == named.st_ino, held.st_dev == named.st_dev
        {
            return file
        }
        try? file.close()
        return nil
    }
}

/// Does some work while holding the lock on a file, waiting for it first.
///
/// - Parameter patience: how long to wait; nil waits for ever.
/// - Throws: what the work throws; a `Diagnostic` with the outcome `unavailable` when the patience is over.
package func holdingLock<Value>(
    on path: FilePath, patience: Duration? = nil, _ work: () async throws -> Value
) async throws -> Value {
    guard let lock = try await FileLock.acquire(path, until: patience.map { .now + $0 }) else {
        throw Diagnostic.error("`\(path)` is held by another process", hint: "Try again later", outcome: .unavailable)
    }
    let value = try await work()
    _ = consume lock
    return value
}
