extension RunReport {
    private static let header = [
        "stack", "result", "run", "add", "change", "destroy", "start", "seconds", "attempts", "message", "dependencies",
        "errors",
    ]

    /// One line a stack, as RFC 4180 has it: CRLF at its end, and quotes around what holds a comma, a quote or a break.
    var csv: String {
        ([Self.header] + stacks.map(\.fields)).map { fields in
            fields.map(csvField).joined(separator: ",") + "\r\n"
        }.joined()
    }
}

extension StackReport {
    fileprivate var fields: [String] {
        [
            name, result.rawValue, run ?? "", counts.map { "\($0.add)" } ?? "", counts.map { "\($0.change)" } ?? "",
            counts.map { "\($0.destroy)" } ?? "", start.map(timeText) ?? "", seconds.map(secondsText) ?? "",
            "\(attempts)", message ?? "", dependencies.joined(separator: " "), errors.joined(separator: "\n\n"),
        ]
    }
}

/// A program for tables takes what begins like a formula for one, and would run it: a quote before it makes it text.
private func csvField(_ text: String) -> String {
    let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
    let text = isFormula ? "'" + text : text
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
}
