import Diagnostics
import FoundationEssentials
import Glibc
package import SystemPackage

extension StackLock {
    /// Reads `stack.lock` of a project; nil where there is none.
    ///
    /// - Throws: `DiagnosticList` for what the file holds, `Diagnostic` where it cannot be read.
    package static func read(root: FilePath) throws -> StackLock? {
        guard let data = try contents(of: root.appending(fileName)) else { return nil }
        return try StackLock(parsing: data)
    }

    /// Changes `stack.lock` while no other process does: `body` gets what it holds now, or a lock with a new project
    /// identity where there is none. Nothing is written when `body` throws or changes nothing.
    ///
    /// The new text replaces the old one at once, and is on the disk when this returns.
    ///
    /// - Throws: what `body` throws; `Diagnostic` with the outcome `unavailable` when another process holds the lock
    ///   for 30 seconds.
    package static func update<Result>(
        root: FilePath, _ body: (inout StackLock) throws -> Result
    ) throws -> Result {
        let guardFile = try GuardFile(beside: root.appending(fileName), patience: .seconds(30))
        defer { guardFile.release() }
        let old = try read(root: root)
        var lock = old ?? StackLock(project: UUID())
        let result = try body(&lock)
        if lock != old { try replace(root.appending(fileName), with: Array(lock.text.utf8)) }
        return result
    }

    private static func contents(of path: FilePath) throws -> Data? {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var data = Data()
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    if count == 0 { return data }
                    data.append(contentsOf: buffer[..<count])
                }
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch let error as Errno {
            throw Diagnostic.error("`\(path)` cannot be read: \(error)")
        }
    }

    /// Temporary file, fsync, rename, fsync of the directory: after a crash there is the old text or the new one.
    private static func replace(_ path: FilePath, with bytes: [UInt8]) throws {
        let directory = path.removingLastComponent()
        let temporary = directory.appending(".\(fileName).\(UUID().uuidString)")
        do {
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try file.closeAfter {
                _ = try file.writeAll(bytes)
                try synchronise(file)
            }
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            let folder = try FileDescriptor.open(directory, .readOnly, options: [.directory, .closeOnExec])
            try folder.closeAfter { try synchronise(folder) }
        } catch let error as Errno {
            unlink(temporary.string)
            throw Diagnostic.error("`\(path)` cannot be written: \(error)")
        }
    }

    private static func synchronise(_ file: FileDescriptor) throws {
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
}
