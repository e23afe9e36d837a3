import Diagnostics

extension Tokenizer {
    /// The parts of a text that is a template as a whole: a string in the JSON syntax.
    ///
    /// - Throws: a diagnostic whose place counts within `source`, which is such a text.
    static func template(of source: SourceText) throws(Diagnostic) -> Template {
        var tokenizer = Tokenizer(source)
        var parts = TemplateParts()
        while let byte = tokenizer.peek() {
            if try !tokenizer.readCode(byte, into: &parts) {
                parts.append(byte)
                tokenizer.position += 1
            }
        }
        return parts.template()
    }

    /// Reads from behind the opening quote to behind the closing one.
    mutating func quotedTemplate(openedAt start: Int) throws(Diagnostic) -> Template {
        var parts = TemplateParts()
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return parts.template()
            case UInt8(ascii: "\n"):
                throw source.error(
                    "the string is not closed on its line", at: start..<position,
                    hint: "write `\\n` for a line break, or use a heredoc (`<<EOT`)")
            case UInt8(ascii: "\\"):
                readEscape(into: &parts)
            default:
                if try !readCode(byte, into: &parts) {
                    parts.append(byte)
                    position += 1
                }
            }
        }
        throw source.error("the string is never closed", at: start..<position)
    }

    /// Reads `<<EOT` or `<<-EOT` and the lines down to the one that holds only the marker, whose newline stays.
    ///
    /// Nil, and nothing read, when no heredoc begins here.
    mutating func heredoc() throws(Diagnostic) -> Template? {
        let start = position
        position += 2
        let stripsIndentation = peek() == UInt8(ascii: "-")
        if stripsIndentation { position += 1 }
        let marker = peek().map(isIdentifierStart) == true ? Array(identifier().utf8) : []
        let opening = start..<position
        if peek() == UInt8(ascii: "\r") { position += 1 }
        guard !marker.isEmpty, peek() == UInt8(ascii: "\n") else {
            position = start
            return nil
        }
        position += 1

        var parts = TemplateParts()
        while peek() != nil {
            if skipMarkerLine(marker) { return parts.template(stripsIndentation: stripsIndentation) }
            try readHeredocLine(into: &parts)
        }
        throw source.error(
            "the heredoc `\(source.text(opening))` is never closed", at: opening,
            hint: "its end is a line that holds only the marker, followed by a line break")
    }

    /// Whether the line that begins here is the marker alone, which is then passed over up to its newline.
    private mutating func skipMarkerLine(_ marker: [UInt8]) -> Bool {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        let rest = source.bytes[position...]
        guard let newline = rest.firstIndex(of: UInt8(ascii: "\n")) else { return false }
        let line = rest[..<newline].drop(while: isBlank)
        guard line.starts(with: marker), line.dropFirst(marker.count).allSatisfy(isBlank) else { return false }
        position = newline
        return true
    }

    /// Reads to behind the next newline that is not inside of code.
    private mutating func readHeredocLine(into parts: inout TemplateParts) throws(Diagnostic) {
        while let byte = peek() {
            if try readCode(byte, into: &parts) { continue }
            parts.append(byte)
            position += 1
            if byte == UInt8(ascii: "\n") { return }
        }
    }

    /// Reads `${…}`, `%{…}` or one of their escapes (`$${`, `%%{`); false, and nothing read, when none begins here.
    private mutating func readCode(_ byte: UInt8, into parts: inout TemplateParts) throws(Diagnostic) -> Bool {
        guard byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") else { return false }
        let brace = UInt8(ascii: "{")
        if peek(1) == byte, peek(2) == brace {
            parts.append(byte)
            parts.append(brace)
            position += 3
            return true
        }
        guard peek(1) == brace else { return false }
        let opening = position..<position + 2
        position += 2
        parts.append(code: try tokens(closedBy: UInt8(ascii: "}"), openedAt: opening))
        return true
    }

    /// Reads a backslash and what it escapes. One that Terraform does not know is kept as it is written.
    private mutating func readEscape(into parts: inout TemplateParts) {
        position += 1
        guard let byte = peek(), byte != UInt8(ascii: "\n") else { return parts.append(UInt8(ascii: "\\")) }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): parts.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "r"): parts.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "t"): parts.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): parts.append(byte)
        case UInt8(ascii: "u"): readScalar(digits: 4, into: &parts)
        case UInt8(ascii: "U"): readScalar(digits: 8, into: &parts)
        default:
            parts.append(UInt8(ascii: "\\"))
            parts.append(byte)
        }
    }

    private mutating func readScalar(digits: Int, into parts: inout TemplateParts) {
        let end = min(position + digits, source.bytes.count)
        let value = UInt32(source.text(position..<end), radix: 16)
        guard end == position + digits, let scalar = value.flatMap(Unicode.Scalar.init) else { return }
        position = end
        for byte in String(Character(scalar)).utf8 { parts.append(byte) }
    }
}

/// A template while it is read.
private struct TemplateParts {
    private var parts: [Template.Part] = []
    private var text: [UInt8] = []

    mutating func append(_ byte: UInt8) { text.append(byte) }

    mutating func append(code: [Token]) {
        closeText()
        parts.append(.code(code))
    }

    func template(stripsIndentation: Bool = false) -> Template {
        var finished = self
        finished.closeText()
        return Template(parts: finished.parts, stripsIndentation: stripsIndentation)
    }

    private mutating func closeText() {
        guard !text.isEmpty else { return }
        parts.append(.text(String(decoding: text, as: UTF8.self)))
        text = []
    }
}
