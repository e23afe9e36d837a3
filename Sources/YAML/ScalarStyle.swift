import JSON

/// How a text is written so that reading gives it back.
enum ScalarStyle {
    private static let lineFeed = UInt8(ascii: "\n")

    /// On one line: plain where no reader of YAML 1.1 or 1.2 takes it for anything else, otherwise in double quotes.
    static func inline(_ text: String) -> String {
        plain(text) ?? doubleQuoted(text)
    }

    /// Without quotes, or nil where a reader of YAML 1.1 or 1.2 would take it for anything but this text.
    ///
    /// - Parameter inFlow: whether it may come to stand inside `[…]` or `{…}`.
    static func plain(_ text: String, inFlow: Bool = true) -> String? {
        isSafePlain(text, inFlow: inFlow) ? text : nil
    }

    /// In single quotes, or nil where that style, which has no escapes, cannot hold it on one line.
    static func singleQuoted(_ text: String) -> String? {
        guard text.unicodeScalars.allSatisfy({ isSafeInPlain($0, inFlow: false) }) else { return nil }
        return "'\(text.replacing("'", with: "''"))'"
    }

    /// A literal block (`|`) for text of several lines, or nil where that style cannot hold it.
    static func block(_ text: String, indentation: Int) -> String? {
        // Bytes, not characters: a blank with a combining mark behind it is a blank for YAML.
        let bytes = text.utf8
        guard bytes.contains(lineFeed), text.unicodeScalars.allSatisfy(isSafeInBlock) else { return nil }
        let body = bytes.last == lineFeed ? bytes.dropLast() : bytes[...]
        let lines = body.split(separator: lineFeed, omittingEmptySubsequences: false)
        // A first line that is empty or begins with a blank would need an indentation indicator, and line feeds at the
        // end are clipped.
        guard let first = lines.first?.first, !isBlank(first), lines.last?.allSatisfy(isBlank) == false else {
            return nil
        }
        let margin = String(repeating: " ", count: indentation)
        let written = lines.map { $0.isEmpty ? "" : margin + String(decoding: $0, as: UTF8.self) }
        return "\(bytes.last == lineFeed ? "|" : "|-")\n\(written.joined(separator: "\n"))"
    }

    private static func isSafePlain(_ text: String, inFlow: Bool) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        guard text.unicodeScalars.allSatisfy({ isSafeInPlain($0, inFlow: inFlow) }), last != " ", last != ":" else {
            return false
        }
        if " -?:,[]{}#&*!|>'\"%@`=<.".unicodeScalars.contains(first) { return false }
        let pairs = zip(text.utf8, text.utf8.dropFirst())
        if pairs.contains(where: isSeparator) { return false }
        // libyaml refuses `:?` there.
        if inFlow, pairs.contains(where: { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: "?") }) { return false }
        return YAMLSchema.core12.read(plain: text) == .value(.string(text))
            && YAMLSchema.yaml11.read(plain: text) == .value(.string(text)) && !isDate(text)
    }

    /// `: ` ends a key, ` #` begins a comment.
    private static func isSeparator(_ first: UInt8, _ second: UInt8) -> Bool {
        (first == UInt8(ascii: ":") && isBlank(second)) || (isBlank(first) && second == UInt8(ascii: "#"))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// Unless it is known to stand in a block, flow indicators are quoted too: then it may also be pasted into `[…]`.
    private static func isSafeInPlain(_ scalar: Unicode.Scalar, inFlow: Bool) -> Bool {
        switch scalar {
        case ",", "[", "]", "{", "}": !inFlow
        case " "..."~": true
        default: isPrintableBeyondASCII(scalar)
        }
    }

    static func isSafeInBlock(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\t" || (" "..."~").contains(scalar) || isPrintableBeyondASCII(scalar)
    }

    /// Without U+0085, U+2028 and U+2029, which end lines in YAML 1.1, without the byte order mark, and without what
    /// nobody sees: a direction mark would show another text than the one that is read. Two joiners belong to scripts.
    private static func isPrintableBeyondASCII(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x200C, 0x200D: true
        case 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
            scalar.properties.generalCategory != .format
        default: false
        }
    }

    /// `2026-11-21`, which YAML 1.1 has a type for.
    private static func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(5))
        return bytes.count == 5 && bytes[4] == UInt8(ascii: "-")
            && bytes[..<4].allSatisfy { (0x30...0x39).contains($0) }
    }

    static func doubleQuoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\t": output += "\\t"
            case "\r": output += "\\r"
            case " "..."~": output.unicodeScalars.append(scalar)
            default:
                if isPrintableBeyondASCII(scalar) {
                    output.unicodeScalars.append(scalar)
                } else {
                    output += escape(scalar)
                }
            }
        }
        return output + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        return "\\\(letter)\(String(repeating: "0", count: width - digits.count))\(digits)"
    }
}
