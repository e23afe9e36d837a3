package import Diagnostics
import Files
import FoundationEssentials
import Glibc
package import SystemPackage

/// Makes a folder of `entries` at `destination`, whole or not at all: written beside it, synced and renamed.
///
/// - Parameter isLasting: false for what can be had again, and need not wait for the disk.
/// - Throws: a `Diagnostic` when the entries are not safe, when something is there that is no empty folder, or when it
///   cannot be written.
package func layOut(
    _ entries: [ArchiveEntry], as destination: FilePath, isLasting: Bool = true
) throws(Diagnostic) {
    try checkTree(entries, limits: ArchiveLimits())
    let name = destination.lastComponent?.string ?? "folder"
    let beside = destination.removingLastComponent()
        .appending(".\(name.prefix(100)).\(UInt64.random(in: .min ... .max)).new")
    do {
        do {
            guard mkdir(beside.string, 0o755) == 0 else { throw Errno(rawValue: errno) }
            let writer = try TreeWriter(root: beside)
            for entry in entries { try writer.write(entry) }
            if isLasting { try syncTree(beside) }
            // Replaces an empty folder, and nothing else.
            guard rename(beside.string, destination.string) == 0 else { throw Errno(rawValue: errno) }
            if isLasting { try syncFolder(destination.removingLastComponent()) }
        } catch {
            try? removeTree(beside)
            throw error
        }
    } catch let error as Diagnostic {
        throw error
    } catch Errno.directoryNotEmpty, Errno.fileExists, Errno.notDirectory {
        throw .somethingThere(destination)
    } catch {
        throw .error("`\(destination)` cannot be written: \(error)")
    }
}
