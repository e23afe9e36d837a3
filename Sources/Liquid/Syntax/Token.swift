import Diagnostics

/// A word or sign between the braces.
struct Token {
    enum Kind: Equatable {
        case name(String)
        case number(String)
        case text(String)
        /// `==`, `|`, `..` and so on.
        case sign(String)
    }

    let kind: Kind
    let range: Range<Int>
}

extension Unicode.Scalar {
    var isNameStart: Bool { isLetter || self == "_" }
    /// Liquid's names may hold hyphens.
    var isNamePart: Bool { isNameStart || isDigit || self == "-" }
    var isDigit: Bool { ("0"..."9").contains(self) }
    private var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}

/// Cuts what stands between braces into tokens.
struct Tokenizer {
    private static let signs = [
        "==", "!=", "<>", "<=", ">=", "..", "<", ">", "|", ":", ",", ".", "[", "]", "(", ")", "=",
    ]

    private let source: TemplateSource
    private let end: Int
    private var position: Int

    init(_ source: TemplateSource, _ range: Range<Int>) {
        self.source = source
        position = range.lowerBound
        end = range.upperBound
    }

    /// - Throws: the first character that can begin nothing.
    mutating func tokens() throws(Diagnostic) -> [Token] {
        var tokens: [Token] = []
        while position < end {
            if source.scalars[position].properties.isWhitespace {
                position += 1
            } else {
                tokens.append(try next(after: tokens.last))
            }
        }
        return tokens
    }

    private mutating func next(after last: Token?) throws(Diagnostic) -> Token {
        let start = position
        let first = source.scalars[start]
        if first.isNameStart {
            skip(while: \.isNamePart)
            return token(from: start) { .name($0) }
        }
        if first.isDigit || (first == "-" && position + 1 < end && source.scalars[position + 1].isDigit) {
            skipNumber()
            return token(from: start) { .number($0) }
        }
        if first == "\"" || first == "'" { return try quoted(first) }
        for sign in Self.signs where source.text(start..<min(end, start + sign.unicodeScalars.count)) == sign {
            position += sign.unicodeScalars.count
            return token(from: start) { .sign($0) }
        }
        throw .error("`\(first)` means nothing here", at: source.location(start..<start + 1))
    }

    private mutating func quoted(_ quote: Unicode.Scalar) throws(Diagnostic) -> Token {
        let start = position
        guard let close = (start + 1..<end).first(where: { source.scalars[$0] == quote }) else {
            throw .error(
                "the text is not closed by `\(quote)`", at: source.location(start..<end),
                hint: "a text cannot hold its own quote, `}}` or `%}`")
        }
        position = close + 1
        return Token(kind: .text(source.text(start + 1..<close)), range: start..<position)
    }

    private mutating func skipNumber() {
        position += 1
        skip(while: \.isDigit)
        // Two dots are a range, one with a digit behind it is a fraction.
        guard position + 1 < end, source.scalars[position] == ".", source.scalars[position + 1].isDigit else { return }
        position += 1
        skip(while: \.isDigit)
    }

    private mutating func skip(while isWanted: (Unicode.Scalar) -> Bool) {
        while position < end, isWanted(source.scalars[position]) { position += 1 }
    }

    private func token(from start: Int, _ kind: (String) -> Token.Kind) -> Token {
        Token(kind: kind(source.text(start..<position)), range: start..<position)
    }
}
