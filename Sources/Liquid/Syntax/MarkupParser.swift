import Diagnostics
import FoundationEssentials
import JSON

/// Reads what stands between one pair of braces; it stops at the first thing that is wrong there.
struct MarkupParser {
    private static let deepest = 20

    let source: TemplateSource
    private let markup: Markup
    private let tokens: [Token]
    private var index = 0
    private var depth = 0

    init(_ source: TemplateSource, _ markup: Markup) throws(Diagnostic) {
        self.source = source
        self.markup = markup
        var tokenizer = Tokenizer(source, markup.content)
        tokens = try tokenizer.tokens()
    }

    // MARK: Tokens

    var isAtEnd: Bool { index >= tokens.count }
    private var next: Token? { isAtEnd ? nil : tokens[index] }

    mutating func take(_ sign: String) -> Bool {
        guard next?.kind == .sign(sign) else { return false }
        index += 1
        return true
    }

    mutating func takeWord(_ word: String) -> Bool {
        guard next?.kind == .name(word) else { return false }
        index += 1
        return true
    }

    mutating func require(_ sign: String) throws(Diagnostic) {
        if !take(sign) { throw expected("`\(sign)`") }
    }

    mutating func takeName(_ what: String) throws(Diagnostic) -> Token {
        guard let token = next, case .name = token.kind else { throw expected(what) }
        index += 1
        return token
    }

    /// - Throws: when something is left over.
    func finish() throws(Diagnostic) {
        guard let token = next else { return }
        let hint: String? =
            switch token.kind {
            case .sign("|"): "a filter cannot stand here; `{% assign name = … %}` gives what it makes a name"
            case .sign("("): "Liquid knows no parentheses but those of a range in `for`"
            default: nil
            }
        throw .error("`\(source.text(token.range))` cannot stand here", at: source.location(token.range), hint: hint)
    }

    func expected(_ what: String) -> Diagnostic {
        guard let token = next else { return .error("\(what) is missing", at: source.location(markup.whole)) }
        return .error("\(what) belongs here, not `\(source.text(token.range))`", at: source.location(token.range))
    }

    // MARK: Values

    mutating func filtered() throws(Diagnostic) -> FilteredExpression {
        let base = try expression()
        var filters: [FilterCall] = []
        while take("|") { filters.append(try filter()) }
        return FilteredExpression(base: base, filters: filters)
    }

    /// - Parameter allowingEmptiness: whether `empty` and `blank` may stand here.
    mutating func expression(allowingEmptiness: Bool = false) throws(Diagnostic) -> Expression {
        guard let token = next else { throw expected("a value") }
        let kind: Expression.Kind
        switch token.kind {
        case .text(let text): kind = .literal(.string(text))
        case .number(let digits):
            guard let number = Decimal(string: digits), !number.isNaN else {
                throw .error("this number is too large", at: source.location(token.range))
            }
            kind = .literal(.number(number))
        case .name("true"): kind = .literal(true)
        case .name("false"): kind = .literal(false)
        case .name("nil"), .name("null"): kind = .literal(.null)
        case .name("empty") where allowingEmptiness: kind = .empty
        case .name("blank") where allowingEmptiness: kind = .blank
        case .name(let word) where word == "empty" || word == "blank":
            throw .error("`\(word)` can only stand beside `==` and `!=`", at: source.location(token.range))
        case .name(let root): return try path(root, token)
        case .sign: throw expected("a value")
        }
        index += 1
        return Expression(kind: kind, spelling: source.text(token.range), location: source.location(token.range))
    }

    private mutating func path(_ root: String, _ first: Token) throws(Diagnostic) -> Expression {
        index += 1
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw .error("more than \(Self.deepest) values stand in each other", at: source.location(first.range))
        }
        var steps: [Expression.Step] = []
        while true {
            let key: Expression
            if take(".") {
                let token = try takeName("a name")
                key = Expression(
                    kind: .literal(.string(source.text(token.range))), spelling: source.text(token.range),
                    location: source.location(token.range))
            } else if take("[") {
                key = try expression()
                try require("]")
            } else {
                break
            }
            let range = first.range.lowerBound..<tokens[index - 1].range.upperBound
            steps.append(.init(key: key, spelling: source.text(range), location: source.location(range)))
        }
        return Expression(
            kind: .path(root: root, steps), spelling: steps.last?.spelling ?? root,
            location: steps.last?.location ?? source.location(first.range))
    }

    // MARK: Filters

    private mutating func filter() throws(Diagnostic) -> FilterCall {
        let token = try takeName("the name of a filter")
        let name = source.text(token.range)
        let location = source.location(token.range)
        guard let filter = Filter.named(name) else {
            throw .error("unknown filter `\(name)`", at: location, hint: Filter.hint(forUnknown: name))
        }
        var arguments: [Expression] = []
        if take(":") {
            repeat {
                arguments.append(try expression())
            } while take(",")
        }
        guard filter.arguments.contains(arguments.count) else {
            throw .error(
                "the filter `\(name)` takes \(filter.argumentCount), not \(arguments.count)", at: location,
                hint: "`\(filter.usage)`")
        }
        return FilterCall(filter: filter, arguments: arguments, location: location)
    }

    // MARK: Conditions

    mutating func condition() throws(Diagnostic) -> Condition {
        let first = try term()
        var rest: [(connector: Condition.Connector, term: Condition.Term)] = []
        while let connector = connector() { rest.append((connector, try term())) }
        return Condition(first: first, rest: rest)
    }

    private mutating func connector() -> Condition.Connector? {
        if takeWord("and") { return .and }
        return takeWord("or") ? .or : nil
    }

    private mutating func term() throws(Diagnostic) -> Condition.Term {
        let start = next
        let left = try expression(allowingEmptiness: true)
        guard let comparison = try comparison() else {
            if let start, left.isEmptiness {
                throw .error(
                    "`\(left.spelling)` can only stand beside `==` and `!=`", at: source.location(start.range))
            }
            return .truth(left)
        }
        let right = try expression(allowingEmptiness: true)
        for side in [left, right] where side.isEmptiness && !comparison.isEquality {
            throw .error("`\(side.spelling)` can only stand beside `==` and `!=`", at: side.location)
        }
        return .comparison(left, comparison, right)
    }

    private mutating func comparison() throws(Diagnostic) -> Condition.Comparison? {
        guard let token = next else { return nil }
        switch token.kind {
        case .name("contains"):
            index += 1
            return .contains
        case .sign("="):
            throw .error("`=` compares nothing", at: source.location(token.range), hint: "write `==`")
        case .sign(let sign):
            guard let comparison = Condition.Comparison(rawValue: sign) else { return nil }
            index += 1
            return comparison
        default: return nil
        }
    }
}

extension Expression {
    var isEmptiness: Bool {
        switch kind {
        case .empty, .blank: true
        case .literal, .path: false
        }
    }
}

extension Condition.Comparison {
    var isEquality: Bool { [.equal, .unequal, .different].contains(self) }
}
