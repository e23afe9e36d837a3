import Diagnostics

/// How many cells of a terminal the text takes: 2 for East Asian wide characters and emoji, 0 for combining marks.
///
/// The text is taken for sanitized and without tabs.
package func displayWidth(of text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.reduce(0) { $0 + displayWidth(of: $1) }
}

func displayWidth(of character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
        // A variation selector 16 asks for the emoji form of what stands before it.
        if scalar == "\u{FE0F}" { return 2 }
        width = max(width, displayWidth(of: scalar))
    }
    return width
}

private func displayWidth(of scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return scalar.properties.isEmojiPresentation || isEastAsianWide(scalar.value) ? 2 : 1
    }
}

/// The blocks that Unicode's EastAsianWidth.txt marks W or F as a whole; the single emoji among the symbols are known
/// to the standard library.
private func isEastAsianWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
        0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F,
        0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18CFF, 0x1AFF0...0x1B2FF, 0x20000...0x3FFFD:
        true
    default:
        false
    }
}

/// The text cut to `width` cells, its last one `…` when something was cut off.
package func truncated(_ text: String, toWidth width: Int) -> String {
    truncated(StyledLine(text), toWidth: width).text
}

/// The line cut to `width` cells, its last one `…` when something was cut off; what stays keeps its style.
func truncated(_ line: StyledLine, toWidth width: Int) -> StyledLine {
    guard displayWidth(of: line.text) > width else { return line }
    guard width > 0 else { return StyledLine() }
    var room = width - 1
    var spans: [StyledSpan] = []
    for span in line.spans {
        var kept = ""
        for character in span.text {
            let needed = displayWidth(of: character)
            if needed > room {
                spans.append(StyledSpan(kept + "…", span.style))
                return StyledLine(spans)
            }
            room -= needed
            kept.append(character)
        }
        spans.append(StyledSpan(kept, span.style))
    }
    return StyledLine(spans)
}
