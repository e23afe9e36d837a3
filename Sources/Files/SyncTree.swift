import Diagnostics
import FoundationEssentials
package import SystemPackage

/// Makes a file, or a folder with all that is in it, durable, so that it may be renamed into place; nothing there is
/// fine, and links are left as they are.
///
/// - Throws: a `Diagnostic` when the disk does not take it.
package func syncTree(_ path: FilePath) throws {
    do {
        try syncExisting(path)
    } catch Errno.noSuchFileOrDirectory, Errno.tooManySymbolicLinkLevels {
        return
    } catch let error as Errno {
        throw Diagnostic.error("`\(path)` cannot be written to the disk: \(error)")
    }
}

private func syncExisting(_ path: FilePath) throws {
    let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
    try file.closeAfter {
        var isFolder = false
        if FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder), isFolder {
            for name in try FileManager.default.contentsOfDirectory(atPath: path.string) {
                try syncTree(path.appending(name))
            }
        }
        try sync(file)
    }
}
