import Diagnostics
package import FoundationEssentials
package import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// The bytes of a file, or nil when there is none.
///
/// - Throws: a `Diagnostic` when the file is there and cannot be read.
package func readFile(_ path: FilePath) throws -> Data? {
    do {
        let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
        return try file.closeAfter {
            var data = Data()
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
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

/// Puts a file in place whole or not at all, and so that it survives a power cut: written beside its place, synced,
/// renamed, and its folder synced.
///
/// - Parameter isLasting: false for what means nothing after a power cut, and need not wait for the disk.
/// - Throws: a `Diagnostic` when it cannot be written; the old file is as it was then.
package func writeFile(
    _ data: Data, to path: FilePath, permissions: FilePermissions = [.ownerReadWrite], isLasting: Bool = true
) throws {
    let folder = path.removingLastComponent()
    let temporary = folder.appending("\(path.lastComponent?.string ?? "file").\(UInt64.random(in: .min ... .max)).new")
    do {
        let file = try FileDescriptor.open(
            temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: permissions)
        do {
            try file.closeAfter {
                _ = try file.writeAll(data)
                if isLasting { try sync(file) }
            }
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary.string)
            throw error
        }
        if isLasting { try syncFolder(folder) }
    } catch let error as Errno {
        throw unwritable(path, error)
    }
}

/// Moves a finished file to its place, so that both survive a power cut.
///
/// - Throws: a `Diagnostic` when that cannot be done.
package func putInPlace(_ file: FilePath, at path: FilePath) throws {
    do {
        let descriptor = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        try descriptor.closeAfter { try sync(descriptor) }
        guard rename(file.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        try syncFolder(path.removingLastComponent())
    } catch let error as Errno {
        throw unwritable(path, error)
    }
}

/// Makes a folder and those above it that are missing, for the owner alone (0700).
package func makePrivateFolder(_ path: FilePath) throws {
    guard mkdir(path.string, 0o700) != 0 else { return }
    switch errno {
    case EEXIST: return
    case ENOENT where !path.removingLastComponent().isEmpty:
        try makePrivateFolder(path.removingLastComponent())
        guard mkdir(path.string, 0o700) == 0 || errno == EEXIST else {
            throw unwritable(path, Errno(rawValue: errno))
        }
    default: throw unwritable(path, Errno(rawValue: errno))
    }
}

/// Removes a file, a link or a folder with all that is in it; nothing there is fine, and so is another process that
/// removes the same.
package func removeTree(_ path: FilePath) throws {
    guard unlink(path.string) != 0, errno != ENOENT else { return }
    guard errno == EISDIR || errno == EPERM else { throw unremovable(path, Errno(rawValue: errno)) }
    var attempts = 0
    repeat {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: path.string)) ?? [] {
            try removeTree(path.appending(name))
        }
        guard rmdir(path.string) != 0, errno != ENOENT else { return }
        attempts += 1
        // Somebody may have put something there since it was listed.
    } while (errno == ENOTEMPTY || errno == EEXIST) && attempts < removalAttempts
    throw unremovable(path, Errno(rawValue: errno))
}

private let removalAttempts = 3

private func unremovable(_ path: FilePath, _ error: Errno) -> Diagnostic {
    .error("`\(path)` cannot be removed: \(error)")
}

/// Whether something is there, a dangling link included.
package func exists(_ path: FilePath) -> Bool {
    var status = stat()
    return lstat(path.string, &status) == 0
}

/// Makes what was renamed into or removed from a folder durable.
package func syncFolder(_ path: FilePath) throws {
    let folder = try FileDescriptor.open(path.isEmpty ? "." : path, .readOnly, options: [.directory, .closeOnExec])
    try folder.closeAfter { try sync(folder) }
}

func sync(_ file: FileDescriptor) throws {
    guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
}

private func unwritable(_ path: FilePath, _ error: Errno) -> Diagnostic {
    .error(
        "`\(path)` cannot be written: \(error)", hint: "Check the permissions of its folder and the space on its disk")
}
