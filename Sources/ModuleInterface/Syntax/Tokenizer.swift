import Diagnostics

/// Text in HCL's native syntax → a tree of tokens.
///
/// It knows what decides where things end (comments, strings, templates, heredocs, brackets) and passes over the rest:
/// whether an expression makes sense is Terraform's to say. It is linear, and refuses nesting deeper than
/// `maximumDepth`.
struct Tokenizer {
    static let maximumDepth = 100

    let source: SourceText
    var position = 0
    var depth = 0

    init(_ source: SourceText) { self.source = source }

    /// All tokens of the text.
    ///
    /// - Throws: a diagnostic at the first place that cannot be read.
    static func tokens(of source: SourceText) throws(Diagnostic) -> [Token] {
        var tokenizer = Tokenizer(source)
        return try tokenizer.tokens(closedBy: nil, openedAt: 0..<0)
    }

    /// Reads to the bracket that closes the group, which is passed over, or to the end when `closing` is nil.
    mutating func tokens(closedBy closing: UInt8?, openedAt opening: Range<Int>) throws(Diagnostic) -> [Token] {
        guard depth < Self.maximumDepth else {
            throw source.error("brackets nest deeper than \(Self.maximumDepth) levels", at: opening)
        }
        depth += 1
        defer { depth -= 1 }
        var tokens: [Token] = []
        while let byte = peek() {
            if byte == closing {
                position += 1
                return tokens
            }
            if let token = try next(byte) { tokens.append(token) }
        }
        if closing != nil { throw source.error("`\(source.text(opening))` is never closed", at: opening) }
        return tokens
    }

    func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < source.bytes.count ? source.bytes[position + ahead] : nil
    }

    /// The token that begins with `byte`; nil when it is space or a comment.
    private mutating func next(_ byte: UInt8) throws(Diagnostic) -> Token? {
        let start = position
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            position += 1
            return nil
        case UInt8(ascii: "\n"):
            position += 1
            return Token(kind: .newline, range: start..<position)
        case UInt8(ascii: "#"):
            skipLineComment()
            return nil
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
            skipLineComment()
            return nil
        case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
            try skipBlockComment()
            return nil
        case UInt8(ascii: "\""):
            position += 1
            let template = try quotedTemplate(openedAt: start)
            return Token(kind: .template(template), range: start..<position)
        case UInt8(ascii: "<") where peek(1) == UInt8(ascii: "<"):
            if let template = try heredoc() { return Token(kind: .template(template), range: start..<position) }
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return number()
        case _ where isIdentifierStart(byte):
            return Token(kind: .identifier(identifier()), range: start..<position)
        default:
            if let delimiter = Delimiter(opening: byte) {
                position += 1
                let inner = try tokens(closedBy: delimiter.closing, openedAt: start..<position)
                return Token(kind: .group(delimiter, inner), range: start..<position)
            }
        }
        return try symbol()
    }

    /// The newline that ends it stays: it also ends the argument before it.
    private mutating func skipLineComment() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
    }

    private mutating func skipBlockComment() throws(Diagnostic) {
        let start = position
        position += 2
        while let byte = peek() {
            if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
        }
        throw source.error("the comment is never closed", at: start..<start + 2)
    }

    mutating func identifier() -> String {
        let start = position
        while let byte = peek(), isIdentifierPart(byte) { position += 1 }
        return source.text(start..<position)
    }

    private mutating func number() -> Token {
        let start = position
        skipDigits()
        if peek() == UInt8(ascii: "."), isDigit(peek(1)) {
            position += 1
            skipDigits()
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            let sign = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if isDigit(peek(1 + sign)) {
                position += 1 + sign
                skipDigits()
            }
        }
        return Token(kind: .number(source.text(start..<position)), range: start..<position)
    }

    private mutating func skipDigits() {
        while isDigit(peek()) { position += 1 }
    }

    private static let longSymbols = ["...", "==", "!=", "<=", ">=", "=>", "&&", "||", "::"].map { Array($0.utf8) }
    private static let shortSymbols = Set("=.,:?!<>+-*/%&|~".utf8)

    private mutating func symbol() throws(Diagnostic) -> Token {
        let start = position
        let rest = source.bytes[start...]
        if let long = Self.longSymbols.first(where: { rest.starts(with: $0) }) {
            position += long.count
        } else if Self.shortSymbols.contains(source.bytes[start]) {
            position += 1
        } else {
            throw unexpectedCharacter()
        }
        return Token(kind: .symbol(source.text(start..<position)), range: start..<position)
    }

    private func unexpectedCharacter() -> Diagnostic {
        let range = position..<position + 1
        switch source.bytes[position] {
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            return source.error("`\(source.text(range))` closes no bracket that is open here", at: range)
        case UInt8(ascii: "'"):
            return source.error("strings are quoted with `\"`, not with `'`", at: range)
        case UInt8(ascii: ";"):
            return source.error(
                "`;` separates nothing here", at: range, hint: "write each argument on a line of its own")
        case 0..<0x20, 0x7F:
            return source.error("a control character stands here", at: range)
        default:
            return source.error("`\(source.text(range))` has no meaning here", at: range)
        }
    }
}

func isDigit(_ byte: UInt8?) -> Bool {
    if case .some(UInt8(ascii: "0")...UInt8(ascii: "9")) = byte { true } else { false }
}

/// Bytes of a scalar above ASCII count as letters: which of them Terraform takes decides no structure.
func isIdentifierStart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...: true
    default: false
    }
}

func isIdentifierPart(_ byte: UInt8) -> Bool {
    isIdentifierStart(byte) || isDigit(byte) || byte == UInt8(ascii: "-")
}
