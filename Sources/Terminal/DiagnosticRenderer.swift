package import Diagnostics

/// Diagnostics as people read them: place and message, the line with carets under the mistake, notes, hint, and how
/// many there were.
///
/// ```
/// stacks/dev.yaml:12:3: error: unknown field `varaibles`
///   12 │   varaibles:
///      │   ^^^^^^^^^
///
/// hint: did you mean `variables`?
/// ```
package struct DiagnosticRenderer: Sendable {
    /// Cells for an excerpt; a longer line is cut around its mistake.
    private let width: Int

    package init(width: Int = WindowSize.standard.columns) {
        self.width = width
    }

    /// All of them sorted by place with a blank line between, then the count where there are several.
    package func lines(_ list: DiagnosticList) -> [StyledLine] {
        let blocks = list.sorted().diagnostics.map { lines($0) }
        let parts = blocks.count > 1 ? blocks + [[summary(list)]] : blocks
        return Array(parts.joined(separator: [StyledLine()]))
    }

    /// One of them, without the count.
    package func lines(_ diagnostic: Diagnostic) -> [StyledLine] {
        var lines = headline(diagnostic.severity, diagnostic.message, at: diagnostic.location)
        if let location = diagnostic.location, let excerpt = diagnostic.excerpt {
            lines += Excerpt(line: excerpt, location: location, width: width).lines
        }
        for note in diagnostic.notes { lines += headline(.note, note.message, at: note.location) }
        if let hint = diagnostic.hint {
            lines.append(StyledLine())
            lines += labelled([StyledSpan("hint:", .hint)], hint)
        }
        return lines
    }

    private func headline(
        _ severity: Diagnostic.Severity, _ message: String, at location: SourceLocation?
    ) -> [StyledLine] {
        let place = location.map { [StyledSpan("\($0): ", .strong)] } ?? []
        let style: TextStyle =
            switch severity {
            case .error: .error
            case .warning: .warning
            case .note: .strong
            }
        return labelled(place + [StyledSpan("\(severity.rawValue):", style)], message)
    }

    /// A message of several lines goes on indented below its first one.
    private func labelled(_ label: [StyledSpan], _ message: String) -> [StyledLine] {
        let lines = message.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.enumerated().map { index, line in
            index == 0 ? StyledLine(label + [StyledSpan(" \(line)")]) : StyledLine(line.isEmpty ? "" : "  \(line)")
        }
    }

    private func summary(_ list: DiagnosticList) -> StyledLine {
        let kinds: [(Diagnostic.Severity, TextStyle)] = [(.error, .error), (.warning, .warning), (.note, .plain)]
        let counts = kinds.compactMap { severity, style -> StyledSpan? in
            let count = list.diagnostics.count { $0.severity == severity }
            return count == 0 ? nil : StyledSpan("\(count) \(severity.rawValue)\(count == 1 ? "" : "s")", style)
        }
        return StyledLine(Array(counts.map { [$0] }.joined(separator: [StyledSpan(", ")])))
    }
}
