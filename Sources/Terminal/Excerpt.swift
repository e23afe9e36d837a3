import Diagnostics

/// The line of a file that a diagnostic points at, with its number in a gutter and carets under the mistake.
struct Excerpt {
    let line: String
    let location: SourceLocation
    let width: Int

    private static let tabStop = 4

    var lines: [StyledLine] {
        let number = String(location.line)
        let gutter = String(repeating: " ", count: number.count)
        let (text, indent, length) = window()
        let carets = String(repeating: " ", count: indent) + String(repeating: "^", count: length)
        return [
            StyledLine([StyledSpan("  \(number) │", .faint), StyledSpan(text.isEmpty ? "" : " \(text)")]),
            StyledLine([StyledSpan("  \(gutter) │ ", .faint), StyledSpan(carets, .error)]),
        ]
    }

    /// The visible part of the line, and where in it the carets start and how many they are, in cells.
    private func window() -> (text: String, indent: Int, length: Int) {
        let scalars = line.unicodeScalars
        let from = index(max(0, location.column - 1), after: scalars.startIndex)
        let to = index(max(0, location.length), after: from)
        let before = expanded(line[..<from], at: 0)
        let marked = expanded(line[from..<to], at: displayWidth(of: before))
        let indent = displayWidth(of: before)
        let length = max(1, displayWidth(of: marked))
        let after = expanded(line[to...], at: indent + length)
        return cut(before: before, marked: marked, after: after, indent: indent, length: length)
    }

    private func index(_ count: Int, after start: String.Index) -> String.Index {
        let scalars = line.unicodeScalars
        return scalars.index(start, offsetBy: count, limitedBy: scalars.endIndex) ?? scalars.endIndex
    }

    /// Sanitized, with tabs as spaces up to the next stop.
    private func expanded(_ part: Substring, at column: Int) -> String {
        var result = ""
        var position = column
        for character in sanitized(String(part)) {
            let width = character == "\t" ? Self.tabStop - position % Self.tabStop : displayWidth(of: character)
            result += character == "\t" ? String(repeating: " ", count: width) : String(character)
            position += width
        }
        return result
    }

    private func cut(
        before: String, marked: String, after: String, indent: Int, length: Int
    ) -> (text: String, indent: Int, length: Int) {
        let room = max(20, width - String(location.line).count - 5)
        if indent + length <= room {
            let text = truncated(before + marked + after, toWidth: room)
            return (trimmed(text), indent, length)
        }
        // Far to the right: a third of the room for what stands before the mistake.
        var shift = 1
        let kept = String(
            before.reversed().prefix { character in
                shift += displayWidth(of: character)
                return shift <= room / 3
            }.reversed())
        shift = displayWidth(of: kept) + 1
        let text = truncated("…" + kept + marked + after, toWidth: room)
        return (trimmed(text), shift, min(length, room - shift))
    }

    private func trimmed(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }
}
