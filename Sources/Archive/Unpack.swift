import CArchive
package import Diagnostics
package import FoundationEssentials
import Glibc
package import SystemPackage

/// Lays out in `directory` what a tar archive, compressed with Zstandard, holds.
///
/// Files and links that are there already are replaced; folders stay. The archive is checked as a whole before
/// anything is written, and no link is followed on the way to a file, neither its own nor one that was there before.
///
/// - Throws: a `Diagnostic` when the archive is damaged, holds too much, anything that is not a file, a folder or a
///   symbolic link, or a path or link that leads out of it; and when a file cannot be written.
package func unpack(
    _ archive: Data, into directory: FilePath, limits: ArchiveLimits = ArchiveLimits()
) throws(Diagnostic) {
    let entries = try entries(of: archive, limits: limits)
    try checkTree(entries)
    let writer = try TreeWriter(root: directory)
    for entry in entries { try writer.write(entry) }
}

/// What the archive holds, in its order; paths and links are not checked.
private func entries(of archive: Data, limits: ArchiveLimits) throws(Diagnostic) -> [ArchiveEntry] {
    try ArchiveReader.withReader(of: archive, as: .tar) { (reader) throws(Diagnostic) in
        var entries: [ArchiveEntry] = []
        var room = limits.byteCount
        while let header = try reader.next() {
            guard entries.count < limits.entryCount else { throw .tooManyEntries(limit: limits.entryCount) }
            let entry = try entry(header, reader, room: room)
            guard let entry else { throw .tooManyBytes(limit: limits.byteCount) }
            if case .file(let content, _) = entry.content { room -= content.count }
            entries.append(entry)
        }
        return entries
    }
}

/// One entry; nil when it holds more than `room` bytes.
private func entry(
    _ header: OpaquePointer, _ reader: borrowing ArchiveReader, room: Int
) throws(Diagnostic) -> ArchiveEntry? {
    let path = try path(of: header)
    guard archive_entry_hardlink(header) == nil else { throw .unsupportedEntry(path) }
    switch archive_entry_filetype(header) {
    case S_IFDIR:
        return ArchiveEntry(path: path.hasSuffix("/") ? String(path.dropLast()) : path, content: .directory)
    case S_IFLNK:
        guard let target = archive_entry_symlink(header).flatMap({ String(validatingCString: $0) }) else {
            throw .unsupportedEntry(path)
        }
        return ArchiveEntry(path: path, content: .link(target: target))
    case S_IFREG:
        let isExecutable = archive_entry_perm(header) & 0o100 != 0
        guard let content = try reader.content(limit: room) else { return nil }
        // The hole at the end of a sparse file is left out by libarchive.
        guard content.count == archive_entry_size(header) else { throw .incompleteEntry(path) }
        return ArchiveEntry(path: path, content: .file(content, isExecutable: isExecutable))
    default:
        throw .unsupportedEntry(path)
    }
}

private func path(of header: OpaquePointer) throws(Diagnostic) -> String {
    guard let name = archive_entry_pathname(header) else { throw .unsafePath("") }
    guard let path = String(validatingCString: name) else { throw .unsafePath(String(cString: name)) }
    return path
}
