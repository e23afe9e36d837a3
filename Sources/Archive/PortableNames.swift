import Diagnostics

/// Whether `entries` are the same tree on every file system: a name that two machines take for two things is refused.
///
/// Some tell no upper case from lower case, or no composed character from its parts; and a name that holds control
/// characters shows people another one.
func checkPortableNames(_ entries: [ArchiveEntry]) throws(Diagnostic) {
    var names: [String: String] = [:]
    for entry in entries {
        guard !entry.path.unicodeScalars.contains(where: isControl) else { throw .controlCharacter(entry.path) }
        if case .link(let target) = entry.content, target.unicodeScalars.contains(where: isControl) {
            throw .controlCharacter(target)
        }
        let parts = parts(ofPath: entry.path)
        for depth in 1...parts.count {
            let path = parts[..<depth].joined(separator: "/")
            // Equality of Swift's texts knows no difference between composed and decomposed characters.
            let key = path.uppercased().lowercased()
            if let known = names[key], !known.utf8.elementsEqual(path.utf8) { throw .collision(known, path) }
            names[key] = path
        }
    }
}

/// Control characters, line breaks among them, and the marks that turn the direction of writing (UAX 9).
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: true
    default: (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
