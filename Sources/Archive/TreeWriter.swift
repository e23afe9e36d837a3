import Diagnostics
import FoundationEssentials
import Glibc
import SystemPackage

/// Writes entries below a folder, opening each folder from the one above it, so that no link is followed.
struct TreeWriter {
    let root: FilePath

    init(root: FilePath) throws(Diagnostic) {
        guard (try? Stat(root).type) == .directory else { throw .error("`\(root)` is not a directory") }
        self.root = root
    }

    func write(_ entry: ArchiveEntry) throws(Diagnostic) {
        let parts = parts(ofPath: entry.path)
        do {
            switch entry.content {
            case .directory:
                try openFolder(parts[...]).close()
            case .file(let content, let isExecutable):
                try inFolder(of: parts) { folder, name in
                    try makeFile(name, in: folder, content, mode: isExecutable ? 0o755 : 0o644)
                }
            case .link(let target):
                try inFolder(of: parts) { folder, name in
                    try remove(name, in: folder)
                    try check(symlinkat(target, folder.rawValue, name))
                }
            }
        } catch {
            throw .error("`\(root.appending(parts.joined(separator: "/")))` cannot be written: \(error)")
        }
    }

    private func inFolder(of parts: [String], _ body: (FileDescriptor, String) throws -> Void) throws {
        guard let name = parts.last else { throw Errno.invalidArgument }
        let folder = try openFolder(parts.dropLast())
        try folder.closeAfter { try body(folder, name) }
    }

    /// The folder at `parts`, made where it is missing. A link in its place is an error.
    private func openFolder(_ parts: ArraySlice<String>) throws -> FileDescriptor {
        var folder = try FileDescriptor.open(root, .readOnly, options: [.directory, .closeOnExec])
        for part in parts {
            folder = try folder.closeAfter {
                if mkdirat(folder.rawValue, part, 0o755) != 0, errno != EEXIST { throw Errno(rawValue: errno) }
                return FileDescriptor(
                    rawValue: try check(
                        openat(folder.rawValue, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)))
            }
        }
        return folder
    }

    private func makeFile(_ name: String, in folder: FileDescriptor, _ content: Data, mode: mode_t) throws {
        try remove(name, in: folder)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = FileDescriptor(rawValue: try check(openat(folder.rawValue, name, flags, mode)))
        try file.closeAfter { _ = try file.writeAll(content) }
    }

    private func remove(_ name: String, in folder: FileDescriptor) throws {
        if unlinkat(folder.rawValue, name, 0) != 0, errno != ENOENT { throw Errno(rawValue: errno) }
    }
}

@discardableResult
private func check(_ status: Int32) throws -> Int32 {
    guard status >= 0 else { throw Errno(rawValue: errno) }
    return status
}
