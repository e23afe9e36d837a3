import Archive
import Diagnostics
package import FoundationEssentials
package import SourceTree

/// A template's content as a tree, without being laid out anywhere.
package struct ContentTree: SourceTree {
    package let name: String
    private let contents: [String: ArchiveEntry.Content]

    /// - Parameter name: for people: where the content comes from.
    package init(_ content: TemplateContent, name: String) {
        self.name = name
        var contents: [String: ArchiveEntry.Content] = [:]
        for entry in content.entries {
            contents[entry.path] = entry.content
            var folder = parentPath(entry.path)
            while !folder.isEmpty {
                contents[folder] = .directory
                folder = parentPath(folder)
            }
        }
        contents[""] = .directory
        self.contents = contents
    }

    package func kind(of path: String) throws -> SourceEntryKind? {
        switch contents[try normalised(path)] {
        case .file(_, let isExecutable): .file(executable: isExecutable)
        case .link(let target): .symbolicLink(target: target)
        case .directory: .directory
        case nil: nil
        }
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let directory = try normalised(directory)
        return try contents.keys.filter { !$0.isEmpty && parentPath($0) == directory }.sorted().compactMap { path in
            let name = directory.isEmpty ? path : String(path.dropFirst(directory.count + 1))
            return try kind(of: path).map { (name, $0) }
        }
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let (place, _) = try resolved(path), case .file(let data, _) = contents[place], data.count <= limit else {
            throw Diagnostic.error("there is no file `\(path)` of at most \(limit) bytes in `\(name)`")
        }
        return data
    }

    private func normalised(_ path: String) throws(Diagnostic) -> String {
        guard let normal = normalisedPath(path) else {
            throw .error("the path `\(path)` leads out of `\(name)`")
        }
        return normal
    }
}
