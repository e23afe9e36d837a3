/// A path inside a tree in its one form: no `.`, no empty part, no `..`; `""` is the root. `a/../b` becomes `b`.
///
/// Nil when the path is absolute, climbs out of the tree or holds a zero byte. Only the text is looked at: symbolic
/// links are for `SourceTree.resolved` to follow.
package func normalisedPath(_ path: String) -> String? {
    guard path.utf8.first != UInt8(ascii: "/"), !path.utf8.contains(0) else { return nil }
    var parts: [String] = []
    for part in pathParts(path) where part != "." {
        if part != ".." {
            parts.append(part)
        } else if parts.popLast() == nil {
            return nil
        }
    }
    return parts.joined(separator: "/")
}

/// The parts between slashes, empty ones left out. Cut at bytes: to Swift a slash with a combining mark behind it is
/// another character, to the kernel it is a slash.
func pathParts(_ path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
}

/// `name` below `directory`, both as `normalisedPath` gives them.
package func childPath(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : "\(directory)/\(name)"
}

/// The directory that holds `path`; the root holds itself.
package func parentPath(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(decoding: path.utf8[..<$0], as: UTF8.self) } ?? ""
}
