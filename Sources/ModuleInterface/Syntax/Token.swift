/// A piece of HCL; brackets hold what stands between them, so that a list of tokens is a tree.
struct Token: Sendable {
    indirect enum Kind: Sendable {
        case identifier(String)
        case number(String)
        /// An operator or a separator: `=`, `==`, `.`, `,`, …
        case symbol(String)
        case newline
        case template(Template)
        case group(Delimiter, [Token])
    }

    let kind: Kind
    /// Offsets in the file's bytes.
    let range: Range<Int>
}

enum Delimiter: Sendable {
    case parenthesis
    case bracket
    case brace

    init?(opening byte: UInt8) {
        switch byte {
        case UInt8(ascii: "("): self = .parenthesis
        case UInt8(ascii: "["): self = .bracket
        case UInt8(ascii: "{"): self = .brace
        default: return nil
        }
    }

    var closing: UInt8 {
        switch self {
        case .parenthesis: UInt8(ascii: ")")
        case .bracket: UInt8(ascii: "]")
        case .brace: UInt8(ascii: "}")
        }
    }
}

/// A quoted string or a heredoc: text with code in it.
struct Template: Sendable {
    enum Part: Sendable {
        case text(String)
        /// What stands in `${…}` or `%{…}`.
        case code([Token])
    }

    let parts: [Part]
    /// Written as `<<-`: the lines' common indentation is no part of the text.
    let stripsIndentation: Bool

    /// The text when no code stands in it.
    var literal: String? {
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return stripsIndentation ? withoutCommonIndentation(text) : text
    }
}

/// Blank lines neither count nor lose anything, as in Terraform (measured).
private func withoutCommonIndentation(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    let common = lines.lazy.filter { !$0.allSatisfy(isSpace) }.map { $0.prefix(while: isSpace).count }.min() ?? 0
    var result = String.UnicodeScalarView()
    for (index, line) in lines.enumerated() {
        if index > 0 { result.append("\n") }
        result.append(contentsOf: line.allSatisfy(isSpace) ? line : line.dropFirst(common))
    }
    return String(result)
}

extension Token {
    var identifier: String? { if case .identifier(let name) = kind { name } else { nil } }
    var isNewline: Bool { if case .newline = kind { true } else { false } }

    func isSymbol(_ text: String) -> Bool {
        if case .symbol(text) = kind { true } else { false }
    }
}

extension [Token] {
    /// Whether `matches` holds for this list or any list inside it: in brackets, in the code of a template.
    ///
    /// It is given each whole list, because what it looks for (`path.cwd`) is several tokens long.
    func containsList(where matches: ([Token]) -> Bool) -> Bool {
        if matches(self) { return true }
        return contains { token in
            switch token.kind {
            case .group(_, let inner):
                return inner.containsList(where: matches)
            case .template(let template):
                return template.parts.contains { part in
                    if case .code(let code) = part { code.containsList(where: matches) } else { false }
                }
            default:
                return false
            }
        }
    }
}
