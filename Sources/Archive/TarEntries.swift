import Diagnostics
import FoundationEssentials

/// What a compressed tar archive holds, in its order, as a tree that stays inside of its root.
///
/// - Throws: a `Diagnostic` when it is damaged, cut short, or holds more than it may or anything that is not a file, a
///   folder or a symbolic link.
func tarEntries(of archive: Data, limits: ArchiveLimits) throws(Diagnostic) -> [ArchiveEntry] {
    guard let compression = Compression(of: archive) else { throw .isNoArchive }
    let size = limits.tarSize(compressedTo: archive.count)
    let (tar, isWhole) = try decompress(archive, compression, upTo: size)
    var reader = TarReader(tar)
    guard isWhole else {
        // As far as it goes, to be able to say where it is too much.
        while (try? reader.next()) != nil {}
        throw .expandsTooFar(reader.path, size: size)
    }
    var entries: [ArchiveEntry] = []
    var room = limits.byteCount
    while let member = try reader.next() {
        guard let entry = try ArchiveEntry(member) else { continue }
        guard entries.count < limits.entryCount else {
            throw .tooManyEntries(limit: limits.entryCount, at: entry.path)
        }
        room -= member.content.count
        guard room >= 0 else { throw .tooManyBytes(limit: limits.byteCount, at: entry.path) }
        entries.append(entry)
    }
    try checkTree(entries, limits: limits)
    return entries
}

extension ArchiveEntry {
    /// Nil for the root, which `tar` writes when it is told to pack `.`, with `./` in front of every other path.
    fileprivate init?(_ member: TarMember) throws(Diagnostic) {
        var path = member.path
        if path.utf8.starts(with: "./".utf8) { path = String(decoding: path.utf8.dropFirst(2), as: UTF8.self) }
        if member.kind == UInt8(ascii: "5"), path.utf8.last == UInt8(ascii: "/") {
            path = String(decoding: path.utf8.dropLast(), as: UTF8.self)
        }
        if member.kind == UInt8(ascii: "5"), member.path == "." || member.path == "./" { return nil }
        guard member.mode & 0o7000 == 0 else { throw .specialMode(path, mode: member.mode) }
        switch member.kind {
        case UInt8(ascii: "0"):
            self.init(path: path, content: .file(Data(member.content), isExecutable: member.mode & 0o100 != 0))
        case UInt8(ascii: "2") where member.content.isEmpty:
            self.init(path: path, content: .link(target: member.target))
        case UInt8(ascii: "5") where member.content.isEmpty:
            self.init(path: path, content: .directory)
        case UInt8(ascii: "1"): throw .hardLink(path, target: member.target)
        case UInt8(ascii: "3"), UInt8(ascii: "4"): throw .special(path, "a device")
        case UInt8(ascii: "6"): throw .special(path, "a pipe")
        case UInt8(ascii: "S"): throw .special(path, "a sparse file")
        default: throw .unsupportedEntry(path)
        }
    }
}
