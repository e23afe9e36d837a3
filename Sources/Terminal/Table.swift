package import Diagnostics

/// Rows under headers, in columns as wide as their content, two spaces apart, without trailing spaces.
package struct Table: Sendable {
    private var rows: [[StyledLine]]
    private let columnCount: Int

    private static let gap = 2
    /// Narrower than this a cut column says nothing any more; the line is left to wrap.
    private static let narrowestCut = 8

    package init(columns headers: [String]) {
        rows = [headers.map { StyledLine($0, .strong) }]
        columnCount = headers.count
    }

    /// Adds a row; missing cells are empty, those beyond the last header are left out.
    package mutating func append(_ cells: [StyledLine]) {
        let cells = cells.prefix(columnCount).map(\.measurable)
        rows.append(cells + Array(repeating: StyledLine(), count: columnCount - cells.count))
    }

    package mutating func append(_ cells: [String]) {
        append(cells.map { StyledLine($0) })
    }

    /// No row but the header.
    package var isEmpty: Bool { rows.count == 1 }

    /// The lines of the table.
    ///
    /// - Parameter width: of the terminal; the last column is cut with `…` to fit. nil cuts nothing.
    package func lines(width: Int? = nil) -> [StyledLine] {
        let widths = (0..<columnCount).map { column in
            rows.map { displayWidth(of: $0[column].text) }.max() ?? 0
        }
        let before = widths.dropLast().reduce(0) { $0 + $1 + Self.gap }
        let room = width.map { max($0 - before, Self.narrowestCut) } ?? .max
        return rows.map { line(of: $0, widths: widths, room: room) }
    }

    private func line(of row: [StyledLine], widths: [Int], room: Int) -> StyledLine {
        var spans: [StyledSpan] = []
        var padding = 0
        for (column, cell) in row.enumerated() where !cell.text.isEmpty || column < columnCount - 1 {
            let cell = column == columnCount - 1 ? truncated(cell, toWidth: room) : cell
            if !cell.text.isEmpty {
                if padding > 0 { spans.append(StyledSpan(String(repeating: " ", count: padding))) }
                padding = 0
                spans += cell.spans
            }
            padding += widths[column] - displayWidth(of: cell.text) + Self.gap
        }
        return StyledLine(spans)
    }
}
