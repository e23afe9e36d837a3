/// What a terminal shows after it got some text: enough of one for the sequences that this module writes. A row holds
/// any number of cells; an unknown sequence stays as text and fails the comparison.
struct Screen {
    private(set) var rows: [String] = [""]
    private var row = 0
    private var column = 0

    init(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\n", "\r\n": newLine()
            case "\r": column = 0
            case "\u{1B}": rest = control(rest)
            default: put(character)
            }
        }
    }

    /// The rows without the empty one that the cursor stands in at the end.
    var lines: [String] { rows.last == "" ? rows.dropLast() : rows }

    private mutating func newLine() {
        row += 1
        column = 0
        if row == rows.count { rows.append("") }
    }

    private mutating func put(_ character: Character) {
        var cells = Array(rows[row])
        if column < cells.count { cells[column] = character } else { cells.append(character) }
        rows[row] = String(cells)
        column += 1
    }

    private mutating func control(_ text: Substring) -> Substring {
        let parameter = text.dropFirst().prefix { $0.isNumber || $0 == ";" }
        let rest = text.dropFirst(1 + parameter.count)
        guard text.first == "[", let final = rest.first else {
            put("\u{241B}")
            return text
        }
        switch final {
        case "A": row = max(0, row - (Int(parameter) ?? 1))
        case "K": rows[row] = String(rows[row].prefix(column))
        case "J": rows = Array(rows[..<row]) + [String(rows[row].prefix(column))]
        case "m": break
        default: put("\u{241B}")
        }
        return rest.dropFirst()
    }
}
