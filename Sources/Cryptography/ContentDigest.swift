package import FoundationEssentials

/// A digest of a tree of files: equal for equal trees, whatever the order of reading, the times and the owners.
///
/// What counts is each file's path, its bytes and whether it is executable, and each link's path and target. Folders
/// count by what they hold. The paths are relative, with slashes, and compared byte by byte.
package struct ContentDigest: Sendable {
    private enum Kind: String {
        case file
        case executable
        case link
    }

    /// By the bytes of the path (Swift takes texts for equal that are two files): one line each, without the path.
    private var entries: [[UInt8]: String] = [:]

    package init() {}

    package mutating func add(file path: String, content: Data, isExecutable: Bool) {
        add(file: path, sha256: sha256(content), isExecutable: isExecutable)
    }

    /// Adds a file whose digest is known, so that it need not be held in memory.
    package mutating func add(file path: String, sha256: String, isExecutable: Bool) {
        set(path, isExecutable ? .executable : .file, sha256)
    }

    package mutating func add(link path: String, target: String) {
        set(path, .link, sha256(Data(target.utf8)))
    }

    /// 64 lower-case hexadecimal digits.
    package var hexadecimal: String {
        var digester = Digester()
        digester.update("stack tree 1\n")
        for (path, line) in entries.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            // The length keeps a path with line breaks in it from looking like several entries.
            digester.update("\(line) \(path.count) \(String(decoding: path, as: UTF8.self))\n")
        }
        return digester.hexadecimal
    }

    private mutating func set(_ path: String, _ kind: Kind, _ digest: String) {
        entries[Array(path.utf8)] = "\(kind.rawValue) \(digest)"
    }
}
