import FoundationEssentials
import Glibc
import SystemPackage

/// The first bytes of a file; nil when it cannot be read.
func readStart(of path: FilePath, limit: Int) -> Data? {
    guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
    defer { try? file.close() }
    var bytes = [UInt8](repeating: 0, count: limit)
    guard let count = try? bytes.withUnsafeMutableBytes({ try file.read(into: $0) }) else { return nil }
    return Data(bytes.prefix(count))
}

/// The names of the files in a folder.
func names(in folder: FilePath) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
}

/// - Parameter age: of the last change, in seconds.
/// - Returns: how many bytes the files had that were removed.
@discardableResult
func removeFiles(in folder: FilePath, olderThan age: TimeInterval) -> Int {
    names(in: folder).reduce(0) { bytes, name in
        let file = folder.appending(name)
        guard let status = status(of: file), status.age >= age, unlink(file.string) == 0 else { return bytes }
        return bytes + Int(status.st_size)
    }
}

/// Nil when it is not there.
func status(of file: FilePath) -> stat? {
    var status = stat()
    return lstat(file.string, &status) == 0 ? status : nil
}

extension stat {
    /// Since the last change, in seconds.
    var age: TimeInterval { Date().timeIntervalSince1970 - TimeInterval(st_mtim.tv_sec) }
}
