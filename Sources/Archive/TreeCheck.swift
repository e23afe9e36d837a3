import Diagnostics

/// Whether `entries` make a tree that stays inside of its root, whatever is unpacked in whichever order.
func checkTree(_ entries: [ArchiveEntry]) throws(Diagnostic) {
    var folders: Set<[UInt8]> = []
    var others: Set<[UInt8]> = []
    for entry in entries {
        let parts = try checkedParts(of: entry.path)
        for depth in 1..<parts.count { folders.insert(bytes(of: parts[..<depth])) }
        switch entry.content {
        case .directory:
            folders.insert(Array(entry.path.utf8))
            continue
        case .link(let target):
            try check(target: target, of: entry.path, depth: parts.count - 1)
        case .file:
            break
        }
        guard others.insert(Array(entry.path.utf8)).inserted else { throw .conflictingPath(entry.path) }
    }
    // Nothing may lie below a file, nor below a link, which could lead anywhere by then.
    if let path = folders.first(where: others.contains) {
        throw .conflictingPath(String(decoding: path, as: UTF8.self))
    }
}

private func checkedParts(of path: String) throws(Diagnostic) -> [Substring] {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.utf8.contains(0), !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
        throw .unsafePath(path)
    }
    return parts
}

/// A link may go up only at the beginning of its target: there each `..` leaves a real folder. Behind another link's
/// name it could leave any.
private func check(target: String, of path: String, depth: Int) throws(Diagnostic) {
    let parts = target.split(separator: "/", omittingEmptySubsequences: false)
    let climb = parts.prefix { $0 == ".." }
    let isInside = climb.count <= depth && !parts.dropFirst(climb.count).contains("..")
    guard !target.isEmpty, !target.hasPrefix("/"), !target.utf8.contains(0), isInside else {
        throw .unsafeLink(path, target: target)
    }
}

private func bytes(of parts: some Sequence<Substring>) -> [UInt8] { Array(parts.joined(separator: "/").utf8) }
