import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage

/// A file that holds a sealing key in base64, readable by its owner only.
struct KeyFile {
    /// A key has 44 characters; more than this is no key.
    private static let sizeLimit = 4096

    let path: FilePath

    /// The key; nil when there is no such file.
    func read() throws(Diagnostic) -> SealingKey? {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
            defer { try? file.close() }
            // Asked of the open file, so that it cannot be another one by the time it is read.
            let status = try file.stat()
            guard status.type == .regular else { throw Diagnostic.keyFileUnfit(path) }
            guard status.permissions.isDisjoint(with: [.groupReadWriteExecute, .otherReadWriteExecute]) else {
                throw Diagnostic.keyFileExposed(path, permissions: status.permissions)
            }
            guard status.size <= Self.sizeLimit else { throw Diagnostic.keyFileUnfit(path) }
            return try SealingKey(base64: try content(of: file), source: path.string)
        } catch let problem as Errno where problem == .noSuchFileOrDirectory {
            return nil
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .keyFile(path, cannotBe: "read", error)
        }
    }

    /// Makes the file with a new random key, or reads the one that another process has just made.
    ///
    /// It appears under its name complete and on disk, or not at all.
    func create() throws(Diagnostic) -> SealingKey {
        let temporary = FilePath("\(path).\(UUID().uuidString)")
        do {
            try write("\(SealingKey.randomBase64())\n", to: temporary)
            defer { unlink(temporary.string) }
            // Unlike a rename, a link does not replace a file that appeared meanwhile.
            if link(temporary.string, path.string) != 0, case let problem = Errno(rawValue: errno),
                problem != .fileExists
            {
                throw problem
            }
            try synchronizeDirectory()
        } catch {
            throw .keyFile(path, cannotBe: "made", error)
        }
        guard let key = try read() else { throw .keyFile(path, cannotBe: "made", Errno.noSuchFileOrDirectory) }
        return key
    }

    private func write(_ text: String, to temporary: FilePath) throws {
        let file = try FileDescriptor.open(
            temporary,
            .writeOnly,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        do {
            try file.closeAfter {
                try file.writeAll(text.utf8)
                try synchronize(file)
            }
        } catch {
            unlink(temporary.string)
            throw error
        }
    }

    private func synchronizeDirectory() throws {
        let parent = path.removingLastComponent()
        let directory = try FileDescriptor.open(parent.isEmpty ? "." : parent, .readOnly, options: .closeOnExec)
        try directory.closeAfter { try synchronize(directory) }
    }

    private func synchronize(_ file: FileDescriptor) throws {
        guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    private func content(of file: FileDescriptor) throws -> String {
        var bytes = [UInt8](repeating: 0, count: Self.sizeLimit)
        let count = try bytes.withUnsafeMutableBytes { try file.read(into: $0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

extension Diagnostic {
    fileprivate static func keyFile(_ path: FilePath, cannotBe done: String, _ problem: any Error) -> Diagnostic {
        .error("The key file `\(path)` cannot be \(done): \(problem)")
    }

    fileprivate static func keyFileUnfit(_ path: FilePath) -> Diagnostic {
        .error("The key file `\(path)` is not a regular file with one key in it")
    }

    fileprivate static func keyFileExposed(_ path: FilePath, permissions: FilePermissions) -> Diagnostic {
        .error(
            "The key file `\(path)` can be used by others: its mode is 0\(String(permissions.rawValue, radix: 8))",
            hint: "`chmod 600 \(path)`, and think of the key as known to whoever could read it",
            outcome: .refused
        )
    }
}
