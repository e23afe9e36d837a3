/// What became of a line.
struct LineEdit: Hashable {
    enum Kind: Hashable {
        case kept
        case removed
        case added
    }

    let kind: Kind
    /// Without its line feed. Bytes, as to Swift two texts are equal that are not the same.
    let line: [UInt8]
    /// False for the last line of a file that does not end with a line feed.
    let isEnded: Bool
}

/// The way from one text to another, line by line, with as few changes as there can be.
func lineEdits(from old: [UInt8], to new: [UInt8]) -> [LineEdit] {
    let (old, new) = (lines(old), lines(new))
    let start = zip(old, new).prefix { $0 == $1 }.count
    let end = zip(old[start...].reversed(), new[start...].reversed()).prefix { $0 == $1 }.count
    let middle = edits(Array(old[start..<(old.count - end)]), Array(new[start..<(new.count - end)]))
    return old[..<start].map { $0.edit(.kept) } + middle + old[(old.count - end)...].map { $0.edit(.kept) }
}

private struct Line: Hashable {
    let bytes: [UInt8]
    let isEnded: Bool

    func edit(_ kind: LineEdit.Kind) -> LineEdit { LineEdit(kind: kind, line: bytes, isEnded: isEnded) }
}

private func lines(_ text: [UInt8]) -> [Line] {
    var parts = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    let last = parts.removeLast()
    return parts.map { Line(bytes: $0, isEnded: true) } + (last.isEmpty ? [] : [Line(bytes: last, isEnded: false)])
}

private func edits(_ old: [Line], _ new: [Line]) -> [LineEdit] {
    // Time and memory of the search grow with the square of what differs; nobody reads such a difference line by line.
    guard old.count + new.count <= longestSearch else {
        return old.map { $0.edit(.removed) } + new.map { $0.edit(.added) }
    }
    let difference = new.difference(from: old)
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for change in difference {
        switch change {
        case .remove(let offset, _, _): removed.insert(offset)
        case .insert(let offset, _, _): added.insert(offset)
        }
    }
    var edits: [LineEdit] = []
    var (position, newPosition) = (0, 0)
    while position < old.count || newPosition < new.count {
        if removed.contains(position) {
            edits.append(old[position].edit(.removed))
            position += 1
        } else if added.contains(newPosition) {
            edits.append(new[newPosition].edit(.added))
            newPosition += 1
        } else {
            edits.append(old[position].edit(.kept))
            position += 1
            newPosition += 1
        }
    }
    return edits
}

private let longestSearch = 10_000
