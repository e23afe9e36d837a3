/// Reads go-bexpr: `not` binds more than `and`, `and` more than `or`.
struct AutomationConditionParser {
    private enum Token: Equatable {
        case word(String)
        /// Text in quotes.
        case quoted(String)
        case sign(String)
    }

    private static let deepest = 50

    private let text: String
    private var rest: Substring
    private var tokens: [Token] = []
    private var index = 0
    private var depth = 0

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func parse() throws(SyntaxFault) -> AutomationCondition.Term {
        try tokenize()
        let term = try either()
        if let token = next { throw SyntaxFault("`\(shown(token))` cannot stand here") }
        return term
    }

    // MARK: Tokens

    private mutating func tokenize() throws(SyntaxFault) {
        while let first = rest.first {
            switch first {
            case _ where first.isWhitespace: rest.removeFirst()
            case "\"", "`":
                guard let end = rest.dropFirst().firstIndex(of: first) else {
                    throw SyntaxFault("a text is not closed by `\(first)`")
                }
                tokens.append(.quoted(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
            case "(", ")":
                tokens.append(.sign(String(rest.removeFirst())))
            case "=", "!", "<", ">":
                let sign = String(rest.prefix { "=!<>".contains($0) })
                guard sign == "==" || sign == "!=" else {
                    throw SyntaxFault(
                        "`\(sign)` is no operator",
                        hint:
                            "known are ==, !=, in, not in, contains, not contains, is empty, is not empty, matches and not matches"
                    )
                }
                tokens.append(.sign(sign))
                rest = rest.dropFirst(2)
            default:
                let word = rest.prefix { $0.isLetter || $0.isNumber || "._-/:[]".contains($0) }
                guard !word.isEmpty else { throw SyntaxFault("`\(first)` means nothing here") }
                tokens.append(.word(String(word)))
                rest = rest[word.endIndex...]
            }
        }
    }

    private var next: Token? { index < tokens.count ? tokens[index] : nil }

    private mutating func take(_ words: String...) -> Bool {
        let wanted = words.map(Token.word)
        guard tokens[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }

    private mutating func take(sign: String) -> Bool {
        guard next == .sign(sign) else { return false }
        index += 1
        return true
    }

    private func shown(_ token: Token) -> String {
        switch token {
        case .word(let text), .sign(let text): text
        case .quoted(let text): "\"\(text)\""
        }
    }

    // MARK: Terms

    private mutating func either() throws(SyntaxFault) -> AutomationCondition.Term {
        var term = try both()
        while take("or") { term = .either(term, try both()) }
        return term
    }

    private mutating func both() throws(SyntaxFault) -> AutomationCondition.Term {
        var term = try negation()
        while take("and") { term = .both(term, try negation()) }
        return term
    }

    private mutating func negation() throws(SyntaxFault) -> AutomationCondition.Term {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw SyntaxFault("more than \(Self.deepest) terms stand in each other") }
        if take("not") { return .not(try negation()) }
        guard take(sign: "(") else { return try match() }
        let term = try either()
        guard take(sign: ")") else { throw SyntaxFault("`)` is missing") }
        return term
    }

    private mutating func match() throws(SyntaxFault) -> AutomationCondition.Term {
        guard let left = next, case .sign = left else {
            guard let left = next else { throw SyntaxFault("a name or a value is missing") }
            index += 1
            return try match(left)
        }
        throw SyntaxFault("`\(shown(left))` cannot stand here")
    }

    private mutating func match(_ left: Token) throws(SyntaxFault) -> AutomationCondition.Term {
        if take("in") { return .match(try selector(), .contains(try text(of: left))) }
        if take("not", "in") { return .not(.match(try selector(), .contains(try text(of: left)))) }
        let selector = try selector(left)
        if take(sign: "==") { return .match(selector, .equals(try value())) }
        if take(sign: "!=") { return .not(.match(selector, .equals(try value()))) }
        if take("contains") { return .match(selector, .contains(try value())) }
        if take("not", "contains") { return .not(.match(selector, .contains(try value()))) }
        if take("matches") { return .match(selector, .matches(try GoPattern(try value()))) }
        if take("not", "matches") { return .not(.match(selector, .matches(try GoPattern(try value())))) }
        if take("is", "empty") { return .match(selector, .isEmpty) }
        if take("is", "not", "empty") { return .not(.match(selector, .isEmpty)) }
        throw SyntaxFault(
            "behind `\(selector.text)` an operator is missing",
            hint: "compare it with something: `\(selector.text) == true`")
    }

    private mutating func selector() throws(SyntaxFault) -> AutomationCondition.Selector {
        guard let token = next else { throw SyntaxFault("a name is missing") }
        index += 1
        return try selector(token)
    }

    private func selector(_ token: Token) throws(SyntaxFault) -> AutomationCondition.Selector {
        guard case .word(let text) = token, text == "context" || text.hasPrefix("context.") else {
            throw SyntaxFault("`\(shown(token))` is no name", hint: "names are those of the form: `context.NAME`")
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, !parts.contains("") else { throw SyntaxFault("`\(text)` is no whole name") }
        return AutomationCondition.Selector(parts: parts)
    }

    private mutating func value() throws(SyntaxFault) -> String {
        guard let token = next else { throw SyntaxFault("a value is missing") }
        index += 1
        return try text(of: token)
    }

    private func text(of token: Token) throws(SyntaxFault) -> String {
        switch token {
        case .quoted(let text), .word(let text): text
        case .sign(let sign): throw SyntaxFault("a value belongs here, not `\(sign)`")
        }
    }
}
