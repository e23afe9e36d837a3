import CArchive
import Diagnostics

extension Diagnostic {
    static func unsafePath(_ path: String) -> Diagnostic {
        .error("The archive holds `\(path)`, which is not a path inside of it", outcome: .refused)
    }

    static func unsafeLink(_ path: String, target: String) -> Diagnostic {
        .error("The archive holds the link `\(path)` to `\(target)`, which leads out of it", outcome: .refused)
    }

    static func unsupportedEntry(_ path: String) -> Diagnostic {
        .error(
            "The archive holds `\(path)`, which is neither a file, a folder nor a symbolic link", outcome: .refused)
    }

    static func incompleteEntry(_ path: String) -> Diagnostic {
        .error("The archive holds only a part of `\(path)`", outcome: .refused)
    }

    static func conflictingPath(_ path: String) -> Diagnostic {
        .error("The archive holds `\(path)` twice, or once as a folder and once not", outcome: .refused)
    }

    static func tooManyEntries(limit: Int) -> Diagnostic {
        .error("The archive holds more than the \(limit) entries that are allowed", outcome: .refused)
    }

    static func tooManyBytes(limit: Int) -> Diagnostic {
        .error("Compressed data holds more than the \(limit) bytes that are allowed", outcome: .refused)
    }

    static func isNot(_ format: ArchiveReader.Format) -> Diagnostic {
        .error("The data is not \(format == .zip ? "a ZIP archive" : "compressed with Zstandard")")
    }

    /// What libarchive says about its last failure.
    static func damaged(_ archive: OpaquePointer) -> Diagnostic {
        .error("Compressed data is damaged: \(message(of: archive))")
    }

    static func cannotCompress(_ archive: OpaquePointer) -> Diagnostic {
        .error("Data cannot be compressed: \(message(of: archive))", outcome: .internalFailure)
    }

    private static func message(of archive: OpaquePointer) -> String {
        archive_error_string(archive).map { String(cString: $0) } ?? "no reason is given"
    }
}
