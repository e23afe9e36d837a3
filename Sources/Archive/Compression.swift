import CArchive
package import Diagnostics
package import FoundationEssentials
import Glibc

/// `bytes` as one Zstandard stream, the same for the same bytes and version of the library.
package func compress(_ bytes: Data) throws(Diagnostic) -> Data {
    try ArchiveWriter.output(format: archive_write_set_format_raw) { (writer) throws(Diagnostic) in
        let entry = archive_entry_new()
        defer { archive_entry_free(entry) }
        guard let entry else { throw .error("Data cannot be compressed", outcome: .internalFailure) }
        archive_entry_set_filetype(entry, S_IFREG)
        try writer.add(entry, content: bytes)
    }
}

/// What `compress` compressed.
///
/// - Parameter limit: how many bytes it may be.
/// - Throws: a `Diagnostic` when the data is damaged, cut short, no Zstandard stream, or holds more.
package func decompress(_ bytes: Data, limit: Int) throws(Diagnostic) -> Data {
    try ArchiveReader.withReader(of: bytes, as: .raw) { (reader) throws(Diagnostic) in
        guard try reader.next() != nil else { return Data() }
        guard let content = try reader.content(limit: limit) else { throw .tooManyBytes(limit: limit) }
        return content
    }
}
