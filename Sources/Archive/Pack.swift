import CArchive
package import Diagnostics
package import FoundationEssentials
import Glibc

/// A tar archive of `entries`, compressed: the same bytes for the same entries, whatever their order.
///
/// Times and owners are zero, and of the modes only "executable" is kept. Folders that only hold other entries need
/// not be given.
///
/// - Throws: a `Diagnostic` when an entry could not be unpacked again: an unsafe path or link, or a path given twice.
package func pack(
    _ entries: [ArchiveEntry], compressedWith compression: Compression = .zstandard
) throws(Diagnostic) -> Data {
    try checkTree(entries, limits: ArchiveLimits())
    let sorted = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return try ArchiveWriter.output(compression, format: setTarFormat) { (writer) throws(Diagnostic) in
        for entry in sorted { try writer.add(entry) }
    }
}

/// The smallest of the formats that knows long names; names are bytes, and no matter for the process's locale.
private func setTarFormat(_ archive: OpaquePointer) -> Int32 {
    let status = archive_write_set_format_pax_restricted(archive)
    return status == ARCHIVE_OK ? archive_write_set_options(archive, "hdrcharset=BINARY") : status
}

extension ArchiveWriter {
    fileprivate func add(_ entry: ArchiveEntry) throws(Diagnostic) {
        guard let header = archive_entry_new() else {
            throw .error("Data cannot be compressed", outcome: .internalFailure)
        }
        defer { archive_entry_free(header) }
        archive_entry_set_pathname(header, entry.path)
        archive_entry_set_mtime(header, 0, 0)
        switch entry.content {
        case .directory:
            archive_entry_set_filetype(header, S_IFDIR)
            archive_entry_set_perm(header, 0o755)
            try add(header)
        case .link(let target):
            archive_entry_set_filetype(header, S_IFLNK)
            archive_entry_set_perm(header, 0o777)
            archive_entry_set_symlink(header, target)
            try add(header)
        case .file(let content, let isExecutable):
            archive_entry_set_filetype(header, S_IFREG)
            archive_entry_set_perm(header, isExecutable ? 0o755 : 0o644)
            archive_entry_set_size(header, la_int64_t(content.count))
            try add(header, content: content)
        }
    }
}
