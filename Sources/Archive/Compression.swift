import CArchive
package import Diagnostics
package import FoundationEssentials
import Glibc

/// The kinds of compressed data that are read and written.
package enum Compression: Hashable, Sendable, CaseIterable {
    case gzip
    case zstandard

    /// The first bytes (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1).
    var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
        }
    }

    /// What `bytes` are compressed with, by how they begin; nil for anything else.
    init?(of bytes: Data) {
        guard let found = Self.allCases.first(where: { bytes.starts(with: $0.magic) }) else { return nil }
        self = found
    }
}

/// `bytes` as one Zstandard stream, the same for the same bytes and version of the library.
package func compress(_ bytes: Data) throws(Diagnostic) -> Data {
    try ArchiveWriter.output(.zstandard, format: archive_write_set_format_raw) { (writer) throws(Diagnostic) in
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
    let (content, isWhole) = try decompress(bytes, .zstandard, upTo: limit)
    guard isWhole else { throw .tooManyBytes(limit: limit) }
    return content
}

/// What was compressed, or, where that is more than `limit` bytes, its beginning.
func decompress(
    _ bytes: Data, _ compression: Compression, upTo limit: Int
) throws(Diagnostic) -> (content: Data, isWhole: Bool) {
    let (content, isWhole) = try ArchiveReader.withReader(of: bytes, as: .raw(compression)) {
        (reader) throws(Diagnostic) in
        guard try reader.next() != nil else { return (Data(), true) }
        return try reader.content(limit: limit)
    }
    // libarchive passes over what stands behind the stream.
    if compression == .gzip, isWhole, GzipTrailer(endOf: bytes) != GzipTrailer(of: content) { throw .damagedEnd }
    return (content, isWhole)
}
