import CArchive
import Diagnostics
import FoundationEssentials

/// libarchive, writing compressed data into memory.
struct ArchiveWriter: ~Copyable {
    let handle: OpaquePointer

    /// What `body` writes, in the format that `format` chooses.
    static func output(
        _ compression: Compression, format: (OpaquePointer) -> Int32,
        _ body: (borrowing ArchiveWriter) throws(Diagnostic) -> Void
    ) throws(Diagnostic) -> Data {
        var output = Data()
        guard let handle = archive_write_new() else {
            throw .error("Data cannot be compressed", outcome: .internalFailure)
        }
        let writer = ArchiveWriter(handle: handle)
        // A warning here would mean that an external program does the work.
        try writer.check(compression.addFilter(to: handle))
        try writer.check(format(handle))
        // Neither is padded to the blocks of a tape.
        try writer.check(archive_write_set_bytes_in_last_block(handle, 1))
        try withUnsafeMutablePointer(to: &output) { (output) throws(Diagnostic) in
            try writer.check(archive_write_open(handle, output, nil, append, nil))
            try body(writer)
            try writer.check(archive_write_close(handle))
        }
        return output
    }

    deinit {
        // Nothing is written any more, also when something failed on the way.
        archive_write_fail(handle)
        archive_write_free(handle)
    }

    func add(_ entry: OpaquePointer, content: Data = Data()) throws(Diagnostic) {
        try check(archive_write_header(handle, entry))
        let written = content.withUnsafeBytes { archive_write_data(handle, $0.baseAddress, $0.count) }
        guard written == content.count else { throw .cannotCompress(handle) }
    }

    func check(_ status: Int32) throws(Diagnostic) {
        guard status == ARCHIVE_OK else { throw .cannotCompress(handle) }
    }
}

extension Compression {
    /// gzip without the time in its header.
    fileprivate func addFilter(to archive: OpaquePointer) -> Int32 {
        switch self {
        case .zstandard: return archive_write_add_filter_zstd(archive)
        case .gzip:
            let status = archive_write_add_filter_gzip(archive)
            return status == ARCHIVE_OK
                ? archive_write_set_options(archive, "gzip:!timestamp,gzip:compression-level=9") : status
        }
    }
}

/// Called by libarchive with each piece of output.
private func append(
    _ archive: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _ bytes: UnsafeRawPointer?, _ count: Int
) -> la_ssize_t {
    guard let output = context?.assumingMemoryBound(to: Data.self), let bytes else { return -1 }
    output.pointee.append(bytes.assumingMemoryBound(to: UInt8.self), count: count)
    return count
}
