import FoundationEssentials
import JSON

/// What an expression looks like without evaluating it; enough for literals, types and provider requirements.
indirect enum Shape: Sendable {
    /// `null`, a boolean, a number, or a string without code in it.
    case literal(JSONValue)
    case tuple([Shape])
    case object([(key: String, value: Shape)])
    /// One bare word: `string`, `any`.
    case name(String)
    /// `list(string)`.
    case call(String, [Shape])
    /// Anything that would have to be evaluated.
    case opaque

    /// The value when it is written out; nil when any part would have to be evaluated.
    var value: JSONValue? {
        switch self {
        case .literal(let value):
            return value
        case .tuple(let elements):
            let values = elements.compactMap(\.value)
            return values.count == elements.count ? .array(values) : nil
        case .object(let members):
            let values = members.compactMap { member in member.value.value.map { (member.key, $0) } }
            guard values.count == members.count else { return nil }
            return .object(Dictionary(values) { $1 })
        case .name, .call, .opaque:
            return nil
        }
    }

    var members: [(key: String, value: Shape)]? { if case .object(let members) = self { members } else { nil } }
}

extension Shape {
    init(_ tokens: some Sequence<Token>) {
        let tokens = tokens.filter { !$0.isNewline }
        switch (tokens.count, tokens.first?.kind, tokens.last?.kind) {
        case (1, .some(let kind), _):
            self.init(single: kind)
        case (2, .symbol("-"), .number(let text)):
            self = Self.number("-" + text)
        case (2, .identifier(let name), .group(.parenthesis, let arguments)):
            self = .call(name, Self.list(arguments))
        default:
            self = .opaque
        }
    }

    private init(single kind: Token.Kind) {
        switch kind {
        case .identifier("null"): self = .literal(.null)
        case .identifier("true"): self = .literal(true)
        case .identifier("false"): self = .literal(false)
        case .identifier(let name): self = .name(name)
        case .number(let text): self = Self.number(text)
        case .template(let template): self = template.literal.map { .literal(.string($0)) } ?? .opaque
        case .group(.parenthesis, let inner): self = Shape(inner)
        case .group(.bracket, let inner): self = Self.isComprehension(inner) ? .opaque : .tuple(Self.list(inner))
        case .group(.brace, let inner): self = Self.isComprehension(inner) ? .opaque : Self.object(inner)
        case .symbol, .newline: self = .opaque
        }
    }

    private static func number(_ text: String) -> Shape {
        Decimal(string: text).map { .literal(.number($0)) } ?? .opaque
    }

    /// `for x in …`: an expression of its own; a key of that name has to be quoted.
    private static func isComprehension(_ tokens: [Token]) -> Bool {
        tokens.first { !$0.isNewline }?.identifier == "for"
    }

    /// The elements between commas; the last comma may end the list.
    private static func list(_ tokens: [Token]) -> [Shape] {
        tokens.split { $0.isSymbol(",") }.filter { !$0.allSatisfy(\.isNewline) }.map { Shape($0) }
    }

    private static func object(_ tokens: [Token]) -> Shape {
        var members: [(key: String, value: Shape)] = []
        for item in tokens.split(whereSeparator: { $0.isNewline || $0.isSymbol(",") }) {
            guard let separator = item.firstIndex(where: { $0.isSymbol("=") || $0.isSymbol(":") }),
                let key = Self.key(item[..<separator])
            else { return .opaque }
            members.append((key, Shape(item[(separator + 1)...])))
        }
        return .object(members)
    }

    /// A bare word stands for itself; anything else has to be a literal.
    private static func key(_ tokens: ArraySlice<Token>) -> String? {
        if tokens.count == 1, let name = tokens.first?.identifier { return name }
        switch Shape(tokens) {
        case .literal(.string(let text)): return text
        case .literal(.number(let number)): return number.description
        default: return nil
        }
    }
}
