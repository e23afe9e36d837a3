import Diagnostics

/// Whether `entries` make a tree that stays inside of its root, whatever is unpacked in whichever order.
func checkTree(_ entries: [ArchiveEntry], limits: ArchiveLimits) throws(Diagnostic) {
    var folders: Set<[UInt8]> = []
    var others: Set<[UInt8]> = []
    for entry in entries {
        let parts = try checkedParts(of: entry.path, limits: limits)
        for depth in 1..<parts.count { folders.insert(Array(parts[..<depth].joined(separator: "/").utf8)) }
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

/// The parts between slashes, empty ones too. Cut at bytes: to Swift a slash with a combining mark behind it is another
/// character, to the kernel it is a slash.
func parts(ofPath path: String) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
}

private func checkedParts(of path: String, limits: ArchiveLimits) throws(Diagnostic) -> [String] {
    let parts = parts(ofPath: path)
    guard !path.utf8.contains(0), !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
        throw .unsafePath(path)
    }
    guard path.utf8.count <= limits.pathLength else { throw .pathTooLong(path, limit: limits.pathLength) }
    guard parts.allSatisfy({ $0.utf8.count <= limits.nameLength }) else {
        throw .nameTooLong(path, limit: limits.nameLength)
    }
    guard parts.count <= limits.depth else { throw .tooDeep(path, limit: limits.depth) }
    return parts
}

/// A link may go up only at the beginning of its target: there each `..` leaves a real folder. Behind another link's
/// name it could leave any.
private func check(target: String, of path: String, depth: Int) throws(Diagnostic) {
    let parts = parts(ofPath: target)
    let climb = parts.prefix { $0 == ".." }
    let isInside = climb.count <= depth && !parts.dropFirst(climb.count).contains("..")
    // An absolute one begins with an empty part, as nothing at all does.
    guard parts.first?.isEmpty == false, !target.utf8.contains(0), isInside else {
        throw .unsafeLink(path, target: target)
    }
}
