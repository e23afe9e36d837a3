import CArchive
import Diagnostics
import SystemPackage

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

    /// - Parameter kind: with its article.
    static func special(_ path: String, _ kind: String) -> Diagnostic {
        .error(
            "The archive holds `\(path)`, which is \(kind); only files, folders and symbolic links are unpacked",
            outcome: .refused)
    }

    static func hardLink(_ path: String, target: String) -> Diagnostic {
        special(path, "a hard link to `\(target)`")
    }

    static func specialMode(_ path: String, mode: Int) -> Diagnostic {
        let bits = [(0o4000, "setuid"), (0o2000, "setgid"), (0o1000, "sticky")].filter { mode & $0.0 != 0 }.map(\.1)
        return .error(
            "The archive holds `\(path)` with the \(bits.joined(separator: ", ")) bit, which is never unpacked",
            outcome: .refused)
    }

    static func incompleteEntry(_ path: String) -> Diagnostic {
        .error("The archive holds only a part of `\(path)`", outcome: .refused)
    }

    static func conflictingPath(_ path: String) -> Diagnostic {
        .error("The archive holds `\(path)` twice, or once as a folder and once not", outcome: .refused)
    }

    static func collision(_ first: String, _ second: String) -> Diagnostic {
        .error(
            "The archive holds `\(first)` and `\(second)`, which are one name to some file systems",
            hint: "Names have to differ in more than upper case, lower case and the composition of characters",
            outcome: .refused)
    }

    static func controlCharacter(_ name: String) -> Diagnostic {
        .error("The archive holds the name `\(name)`, which has a control character in it", outcome: .refused)
    }

    static func nameIsNoText(_ name: String) -> Diagnostic {
        .error("The archive holds the name `\(name)`, which is not UTF-8", outcome: .refused)
    }

    static func pathTooLong(_ path: String, limit: Int) -> Diagnostic {
        .error("The archive holds `\(path)`, which is longer than the \(limit) bytes of a path", outcome: .refused)
    }

    static func nameTooLong(_ path: String, limit: Int) -> Diagnostic {
        .error("The archive holds `\(path)` with a name of more than \(limit) bytes", outcome: .refused)
    }

    static func tooDeep(_ path: String, limit: Int) -> Diagnostic {
        .error("The archive holds `\(path)`, which is more than \(limit) folders deep", outcome: .refused)
    }

    static func tooManyEntries(limit: Int, at path: String? = nil) -> Diagnostic {
        .error(
            "The archive holds more than the \(limit) entries that are allowed",
            notes: path.map { [.init("the first too many is `\($0)`")] } ?? [], outcome: .refused)
    }

    static func tooManyBytes(limit: Int) -> Diagnostic {
        .error("Compressed data holds more than the \(limit) bytes that are allowed", outcome: .refused)
    }

    static func tooManyBytes(limit: Int, at path: String) -> Diagnostic {
        .error(
            "The archive holds more than the \(limit) bytes that are allowed; `\(path)` is too much", outcome: .refused)
    }

    /// - Parameter size: what was unpacked of it.
    static func expandsTooFar(_ path: String, size: Int) -> Diagnostic {
        .error(
            "The archive grows to more than \(size) bytes when it is unpacked, which is too much for its size; "
                + "it got as far as `\(path)`",
            outcome: .refused)
    }

    static func somethingThere(_ path: FilePath) -> Diagnostic {
        .error("`\(path)` is there already, and no empty folder", hint: "Remove it, or name another", outcome: .refused)
    }

    static var isNoArchive: Diagnostic {
        .error("The data is compressed neither with gzip nor with Zstandard, and so it is no archive that is read here")
    }

    static var noTarHeader: Diagnostic {
        .error("The archive is damaged: where an entry should begin there is no header of a tar archive")
    }

    static func badNumber(_ path: String) -> Diagnostic {
        .error("The header of `\(path)` in the archive has a mode or size that is no octal number", outcome: .refused)
    }

    static var badRecord: Diagnostic { .error("The archive is damaged: an extended header is not well formed") }

    /// - Parameter path: of the entry; nil where it is for all of them.
    static func unsupportedRecord(_ key: String, of path: String?) -> Diagnostic {
        let entry = path.map { "of `\($0)`" } ?? "of all entries"
        return .error(
            "An extended header \(entry) in the archive sets `\(key)`, which is not taken from there",
            outcome: .refused)
    }

    static func repeatedHeader(_ path: String) -> Diagnostic {
        .error("The archive names `\(path)` twice in its headers", outcome: .refused)
    }

    static var cutShort: Diagnostic { .error("The archive is cut short: its end is missing") }

    static var bytesBehindEnd: Diagnostic {
        .error("The archive is damaged: something stands behind its end", outcome: .refused)
    }

    static var damagedEnd: Diagnostic {
        .error("Compressed data is damaged, or something stands behind its end: the checksum is wrong")
    }

    static func isNot(_ format: ArchiveReader.Format) -> Diagnostic {
        switch format {
        case .zip: .error("The data is not a ZIP archive")
        case .raw(.gzip): .error("The data is not compressed with gzip")
        case .raw(.zstandard): .error("The data is not compressed with Zstandard")
        }
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
