import Diagnostics

/// Collects styled text, line by line.
struct LineWriter {
    private(set) var finished: [StyledLine] = []
    private(set) var current: [StyledSpan] = []

    /// Everything, the line under way included.
    var lines: [StyledLine] { finished + (current.isEmpty ? [] : [StyledLine(current)]) }

    /// - Parameter text: without line breaks.
    mutating func write(_ text: String, _ style: TextStyle = .plain) {
        guard !text.isEmpty else { return }
        if let last = current.last, last.style == style {
            current[current.count - 1] = StyledSpan(last.text + text, style)
        } else {
            current.append(StyledSpan(text, style))
        }
    }

    mutating func newLine() {
        finished.append(StyledLine(current))
        current = []
    }

    /// Goes on with what another writer holds; its first line is the rest of the line under way.
    mutating func write(_ other: LineWriter) {
        for line in other.finished {
            for span in line.spans { write(span.text, span.style) }
            newLine()
        }
        for span in other.current { write(span.text, span.style) }
    }
}
