import Diagnostics
package import FoundationEssentials
package import SystemPackage

/// A directory of this machine as a tree.
package struct DirectoryTree: SourceTree {
    package let root: FilePath
    package var name: String { root.string }

    package init(root: FilePath) {
        self.root = root
    }

    package func kind(of path: String) throws -> SourceEntryKind? {
        let path = try normalised(path)
        // The system would follow a link on the way; a commit has no such thing, and it may lead out of the tree.
        var directory = parentPath(path)
        while !directory.isEmpty {
            guard case .directory = try kind(ofNormalised: directory) else { return nil }
            directory = parentPath(directory)
        }
        return try kind(ofNormalised: path)
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let path = try normalised(directory)
        guard case .directory = try kind(of: path) else {
            throw SourceTreeError.unreadable(path, in: name, because: "it is no directory")
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: full(path).string)
        } catch {
            throw SourceTreeError.unreadable(path, in: name, because: "the directory cannot be listed")
        }
        return try names.sorted().compactMap { entry in
            // One that was removed since is not there.
            try kind(ofNormalised: childPath(path, entry)).map { (entry, $0) }
        }
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let (resolved, kind) = try self.resolved(path) else { throw SourceTreeError.missing(path, in: name) }
        guard case .file = kind else { throw SourceTreeError.noFile(path, in: name) }
        do {
            let file = try FileDescriptor.open(full(resolved), .readOnly, options: [.noFollow, .closeOnExec])
            guard let data = try file.closeAfter({ try read(file, limit: limit) }) else {
                throw SourceTreeError.tooLarge(path, limit: limit)
            }
            return data
        } catch let error as Errno {
            throw SourceTreeError.unreadable(path, in: name, because: error.description)
        }
    }

    /// Nil when there is more than `limit`.
    private func read(_ file: FileDescriptor, limit: Int) throws -> Data? {
        let size = Int(try file.stat().size)
        var data = Data()
        data.reserveCapacity(min(size, limit))
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while data.count <= limit {
            let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { return data }
            data.append(contentsOf: buffer[..<count])
        }
        return nil
    }

    private func kind(ofNormalised path: String) throws -> SourceEntryKind? {
        do {
            // The root itself may be reached by a link: how people get to a project is their affair.
            let status = try Stat(full(path), followTargetSymlink: path.isEmpty)
            switch status.type {
            case .regular: return .file(executable: status.permissions.contains(.ownerExecute))
            case .directory: return .directory
            case .symbolicLink:
                return .symbolicLink(
                    target: try FileManager.default.destinationOfSymbolicLink(atPath: full(path).string))
            default: return .other
            }
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch {
            throw SourceTreeError.unreadable(path, in: name, because: "\(error)")
        }
    }

    private func normalised(_ path: String) throws -> String {
        guard let normal = normalisedPath(path) else { throw SourceTreeError.outside(path, of: name) }
        return normal
    }

    private func full(_ path: String) -> FilePath {
        path.isEmpty ? root : root.appending(path)
    }
}
