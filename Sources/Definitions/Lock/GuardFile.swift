import Diagnostics
import Glibc
import SystemPackage

/// A file beside another one whose `flock` says who may change that one. It is there only while somebody holds it, so
/// that a repository's tree stays clean.
struct GuardFile: ~Copyable {
    private let descriptor: FileDescriptor
    private let path: FilePath

    /// Waits until no other process holds it.
    ///
    /// - Throws: `Diagnostic`, with the outcome `unavailable` when `patience` is over.
    init(beside file: FilePath, patience: Duration) throws {
        path = file.removingLastComponent().appending(".\(file.lastComponent?.string ?? "").guard")
        let deadline = ContinuousClock.now + patience
        while true {
            if let descriptor = try Self.acquire(path) {
                self.descriptor = descriptor
                return
            }
            guard ContinuousClock.now < deadline else {
                throw Diagnostic.error(
                    "`\(file)` is being changed by another process", hint: "try again later", outcome: .unavailable)
            }
            usleep(10_000)
        }
    }

    /// Removed first, then unlocked: whoever waits for this inode finds it gone and makes a new one.
    func release() {
        unlink(path.string)
        try? descriptor.close()
    }

    /// Nil when somebody else holds it, or has just removed it.
    private static func acquire(_ path: FilePath) throws -> FileDescriptor? {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                path, .readWrite, options: [.create, .closeOnExec, .noFollow], permissions: .ownerReadWrite)
        } catch {
            throw Diagnostic.error("`\(path)` cannot be locked: \(error)")
        }
        if flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0, let held = try? descriptor.stat(),
            let named = try? Stat(path, followTargetSymlink: false),
            held.inode == named.inode, held.deviceID == named.deviceID
        {
            return descriptor
        }
        try? descriptor.close()
        return nil
    }
}
