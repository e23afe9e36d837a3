import CArchive
import Diagnostics
import FoundationEssentials

/// libarchive, reading from memory; it lives no longer than the bytes it reads.
struct ArchiveReader: ~Copyable {
    enum Format {
        /// One stream of bytes, compressed.
        case raw(Compression)
        case zip

        /// A file in a ZIP archive begins so (APPNOTE, 4.3.7).
        fileprivate var magic: [UInt8] {
            switch self {
            case .raw(let compression): compression.magic
            case .zip: [0x50, 0x4B, 0x03, 0x04]
            }
        }

        fileprivate var filter: Int32 {
            switch self {
            case .raw(.gzip): ARCHIVE_FILTER_GZIP
            case .raw(.zstandard): ARCHIVE_FILTER_ZSTD
            case .zip: ARCHIVE_FILTER_NONE
            }
        }
    }

    private let handle: OpaquePointer

    private init(handle: OpaquePointer) { self.handle = handle }

    /// What `body` makes of `bytes`.
    static func withReader<Result>(
        of bytes: Data, as format: Format, _ body: (borrowing ArchiveReader) throws(Diagnostic) -> Result
    ) throws(Diagnostic) -> Result {
        // Without this look, data that is not compressed would pass for raw data.
        guard bytes.starts(with: format.magic), let handle = archive_read_new() else { throw .isNot(format) }
        let reader = ArchiveReader(handle: handle)
        // Foundation's closure forgets the type of the error.
        return try bytes.withUnsafeBytes { bytes in
            Swift.Result { () throws(Diagnostic) in
                try reader.open(bytes, as: format)
                return try body(reader)
            }
        }.get()
    }

    private func open(_ bytes: UnsafeRawBufferPointer, as format: Format) throws(Diagnostic) {
        // Exactly one filter: left to choose, libarchive goes on unpacking content that is compressed data itself.
        guard archive_read_append_filter(handle, format.filter) == ARCHIVE_OK else { throw .damaged(handle) }
        switch format {
        case .raw: archive_read_support_format_raw(handle)
        case .zip: archive_read_support_format_zip(handle)
        }
        // Nothing at all is a stream, or an archive, as well.
        archive_read_support_format_empty(handle)
        // The empty format takes a stream that cannot be unpacked for an empty one; only the error that is set tells.
        guard archive_read_open_memory(handle, bytes.baseAddress, bytes.count) == ARCHIVE_OK,
            archive_errno(handle) == 0
        else { throw .damaged(handle) }
    }

    deinit { archive_read_free(handle) }

    /// The next entry, valid until the one after it is asked for; nil at the end.
    func next() throws(Diagnostic) -> OpaquePointer? {
        var entry: OpaquePointer?
        switch archive_read_next_header(handle, &entry) {
        // A warning says that a name is not text in this process's locale; names are not looked at.
        case ARCHIVE_OK, ARCHIVE_WARN: return entry
        case ARCHIVE_EOF: return nil
        default: throw .damaged(handle)
        }
    }

    /// The content of the current entry or, when it is longer than `limit`, its beginning: counted as it comes, whatever
    /// the header says.
    func content(limit: Int) throws(Diagnostic) -> (content: Data, isWhole: Bool) {
        var content = Data()
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = chunk.withUnsafeMutableBytes { archive_read_data(handle, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw .damaged(handle) }
            guard count > 0 else { return (content, true) }
            let room = limit - content.count
            content += chunk[..<min(count, room)]
            guard count <= room else { return (content, false) }
        }
    }
}
