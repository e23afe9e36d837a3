import CArchive
package import Diagnostics
package import FoundationEssentials
import Glibc

/// The contents of the files in a ZIP archive, in its order, without their names.
///
/// - Throws: a `Diagnostic` when it is no such archive, is damaged, or holds too much.
package func zipContents(
    _ archive: Data, limits: ArchiveLimits = ArchiveLimits()
) throws(Diagnostic) -> [Data] {
    try ArchiveReader.withReader(of: archive, as: .zip) { (reader) throws(Diagnostic) in
        var contents: [Data] = []
        var room = limits.byteCount
        while let header = try reader.next() {
            guard contents.count < limits.entryCount else { throw .tooManyEntries(limit: limits.entryCount) }
            guard archive_entry_filetype(header) == S_IFREG else { continue }
            let (content, isWhole) = try reader.content(limit: room)
            guard isWhole else { throw .tooManyBytes(limit: limits.byteCount) }
            room -= content.count
            contents.append(content)
        }
        return contents
    }
}
