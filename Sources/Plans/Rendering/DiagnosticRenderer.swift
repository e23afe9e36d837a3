package import Diagnostics

/// Draws an error or warning of Terraform: what, where, the line with what is wrong in it underlined, the values that
/// matter, the explanation. It must be masked.
package func renderDiagnostic(_ diagnostic: TerraformDiagnostic) -> [StyledLine] {
    let style: TextStyle = diagnostic.severity == .error ? .error : .warning
    var lines = [
        StyledLine([
            StyledSpan("\(diagnostic.severity.rawValue): ", style),
            StyledSpan(PrintableText.line(diagnostic.summary), .strong),
        ])
    ]
    if let place = place(of: diagnostic) { lines.append(StyledLine("  " + place, .faint)) }
    if let snippet = diagnostic.snippet { lines += code(of: snippet, style) }
    let detail = textLines(diagnostic.detail)
    if !detail.isEmpty { lines.append(StyledLine()) }
    lines += detail.map { StyledLine($0.isEmpty ? "" : "  " + PrintableText.line($0)) }
    return lines
}

private func place(of diagnostic: TerraformDiagnostic) -> String? {
    let location = diagnostic.range.map { "\($0.file):\($0.startLine):\($0.startColumn)" }
    let context = diagnostic.snippet?.context.map { "in \($0)" }
    let address = diagnostic.address.map { "with \($0)" }
    let parts = [location, context, address].compactMap(\.self)
    return parts.isEmpty ? nil : PrintableText.line(parts.joined(separator: ", "))
}

private func code(of snippet: TerraformDiagnostic.Snippet, _ style: TextStyle) -> [StyledLine] {
    let codeLines = snippet.code.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        .map { Substring($0) }
    let width = String(snippet.startLine + codeLines.count - 1).count
    var lines: [StyledLine] = []
    var offset = 0
    for (index, line) in codeLines.enumerated() {
        let number = String(snippet.startLine + index)
        let margin = "  " + String(repeating: " ", count: width - number.count) + number + " | "
        lines.append(StyledLine([StyledSpan(margin, .faint), StyledSpan(PrintableText.line(line))]))
        let length = line.utf8.count
        let marked = snippet.highlight.clamped(to: offset..<offset + length)
        if !marked.isEmpty {
            let before = PrintableText.line(
                String(decoding: line.utf8.prefix(marked.lowerBound - offset), as: UTF8.self))
            let inside = String(
                decoding: line.utf8.dropFirst(marked.lowerBound - offset).prefix(marked.count), as: UTF8.self)
            let blank = before.unicodeScalars.map { $0 == "\t" ? "\t" : " " }.joined()
            let carets = String(repeating: "^", count: max(1, PrintableText.line(inside).unicodeScalars.count))
            lines.append(
                StyledLine([
                    StyledSpan("  " + String(repeating: " ", count: width) + " | ", .faint), StyledSpan(blank),
                    StyledSpan(carets, style),
                ]))
        }
        offset += length + 1
    }
    let indentation = "  " + String(repeating: " ", count: width) + " | "
    return lines + snippet.values.map { StyledLine(indentation + PrintableText.line($0), .faint) }
}

/// Without empty lines at the ends.
private func textLines(_ text: String) -> [Substring] {
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }[...]
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
    return Array(lines)
}
