package import Diagnostics
package import FoundationEssentials
package import SystemPackage

/// Lays out in `directory` what a tar archive, compressed with gzip or Zstandard, holds.
///
/// Files and links that are there already are replaced; folders stay. The archive is checked as a whole before
/// anything is written, and no link is followed on the way to a file, neither its own nor one that was there before.
///
/// - Throws: a `Diagnostic` when the archive is damaged, holds too much, anything that is not a file, a folder or a
///   symbolic link, or a path or link that leads out of it; and when a file cannot be written.
package func unpack(
    _ archive: Data, into directory: FilePath, limits: ArchiveLimits = ArchiveLimits()
) throws(Diagnostic) {
    let entries = try tarEntries(of: archive, limits: limits)
    let writer = try TreeWriter(root: directory)
    for entry in entries { try writer.write(entry) }
}
