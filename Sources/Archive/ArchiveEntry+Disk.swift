package import Diagnostics
import FoundationEssentials
package import SystemPackage

extension ArchiveEntry {
    /// What stands at `source`, to be packed as `path`; a link is packed as a link, a folder without what it holds.
    ///
    /// - Throws: a `Diagnostic` when it cannot be read, or is neither a file, a folder nor a symbolic link.
    package init(path: String, readingFrom source: FilePath) throws(Diagnostic) {
        do {
            let status = try Stat(source, followTargetSymlink: false)
            switch status.type {
            case .directory:
                self.init(path: path, content: .directory)
            case .symbolicLink:
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: source.string)
                self.init(path: path, content: .link(target: target))
            case .regular:
                let content = try Data(contentsOf: URL(filePath: source.string))
                let isExecutable = status.permissions.contains(.ownerExecute)
                self.init(path: path, content: .file(content, isExecutable: isExecutable))
            default:
                throw Diagnostic.unsupportedEntry(path)
            }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw .error("`\(source)` cannot be read: \(error)")
        }
    }
}
