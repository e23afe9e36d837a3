import Diagnostics
import FoundationEssentials
package import JSON

/// The condition of a file to create, in the language of go-bexpr: `context.tier == prod and "eu" in context.regions`.
package struct AutomationCondition: Sendable {
    indirect enum Term: Sendable {
        case both(Term, Term)
        case either(Term, Term)
        case not(Term)
        case match(Selector, Match)
    }

    /// A path to a value: `context.tags.env`.
    struct Selector: Sendable {
        let parts: [String]
        var text: String { parts.joined(separator: ".") }
    }

    enum Match: Sendable {
        case equals(String)
        /// The value is in a list, a part of a text, or a key.
        case contains(String)
        case matches(GoPattern)
        case isEmpty
    }

    package let text: String
    private let term: Term

    package init(_ text: String) throws(SyntaxFault) {
        self.text = text
        var parser = AutomationConditionParser(text)
        term = try parser.parse()
    }

    /// - Throws: where it asks for a name that does not exist, or a value of the wrong kind.
    package func holds(for context: [String: JSONValue]) throws(SyntaxFault) -> Bool {
        try holds(term, context)
    }

    private func holds(_ term: Term, _ context: [String: JSONValue]) throws(SyntaxFault) -> Bool {
        switch term {
        case .both(let left, let right): return try holds(left, context) ? try holds(right, context) : false
        case .either(let left, let right): return try holds(left, context) ? true : try holds(right, context)
        case .not(let inner): return try !holds(inner, context)
        case .match(let selector, let match): return try holds(match, for: value(of: selector, context), selector)
        }
    }

    private func value(of selector: Selector, _ context: [String: JSONValue]) throws(SyntaxFault) -> JSONValue {
        var value = JSONValue.object(["context": .object(context)])
        for (index, part) in selector.parts.enumerated() {
            // What is unset has no members either.
            if value.isNull { return .null }
            guard let members = value.objectValue, let member = members[part] else {
                let owner = selector.parts.prefix(index).joined(separator: ".")
                let near = suggestion(for: part, among: (value.objectValue ?? [:]).keys.sorted())
                throw SyntaxFault(
                    owner.isEmpty ? "unknown name `\(part)`" : "`\(owner)` has no `\(part)`",
                    hint: near.map { "did you mean `\($0)`?" })
            }
            value = member
        }
        return value
    }

    private func holds(_ match: Match, for value: JSONValue, _ selector: Selector) throws(SyntaxFault) -> Bool {
        switch (match, value) {
        case (.isEmpty, .null): true
        case (.isEmpty, .string(let text)): text.isEmpty
        case (.isEmpty, .array(let elements)): elements.isEmpty
        case (.isEmpty, .object(let members)): members.isEmpty
        case (_, .null): false
        case (.equals(let text), _): try selector.isEqual(value, text)
        case (.contains(let text), .string(let whole)): whole.contains(text)
        case (.contains(let text), .object(let members)): members[text] != nil
        case (.contains(let text), .array(let elements)):
            try selector.isAny(of: elements, text)
        case (.matches(let pattern), .string(let text)): text.contains(try pattern.regex())
        case (.isEmpty, _), (.contains, _), (.matches, _):
            throw SyntaxFault("`\(selector.text)` is \(value.text), which cannot be asked so")
        }
    }
}

extension AutomationCondition.Selector {
    fileprivate func isAny(of elements: [JSONValue], _ text: String) throws(SyntaxFault) -> Bool {
        for element in elements where try isEqual(element, text) { return true }
        return false
    }

    /// The text is read as what the value is.
    fileprivate func isEqual(_ value: JSONValue, _ text: String) throws(SyntaxFault) -> Bool {
        switch value {
        case .string(let actual): return actual == text
        case .number(let actual):
            guard let number = Decimal(string: text) else {
                throw SyntaxFault("`\(self.text)` is a number, and `\(text)` is none")
            }
            return actual == number
        case .bool(let actual):
            guard text == "true" || text == "false" else {
                throw SyntaxFault("`\(self.text)` is true or false, and `\(text)` is neither")
            }
            return actual == (text == "true")
        case .null: return false
        case .array, .object: throw SyntaxFault("`\(self.text)` is no single value that could equal `\(text)`")
        }
    }
}
