import Diagnostics
package import Foundation
package import SourceTree

/// Files in memory, by path.
package struct MemoryTree: SourceTree {
    package let name = "fleet"
    private let files: [String: Data]

    package init(_ files: [String: String]) {
        self.init(bytes: files.mapValues { Data($0.utf8) })
    }

    package init(bytes files: [String: Data]) {
        self.files = files
    }

    package func kind(of path: String) throws -> SourceEntryKind? {
        if files[path] != nil { return .file(executable: false) }
        return path.isEmpty || files.keys.contains { $0.hasPrefix(path + "/") } ? .directory : nil
    }

    package func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        let names = files.keys.filter { $0.hasPrefix(prefix) }
            .compactMap { $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init) }
        return try Set(names).sorted().compactMap { name in try kind(of: prefix + name).map { (name, $0) } }
    }

    package func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let data = files[path] else { throw Diagnostic.error("there is no file `\(path)`") }
        return data
    }
}
