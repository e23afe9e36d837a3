import Diagnostics
import FoundationEssentials
import JSON

extension Renderer {
    /// From the left, until the rest cannot change it; a connector's right side is all that stands right of it.
    func holds(_ condition: Condition) throws(RenderFailure) -> Bool {
        var result = try holds(condition.first)
        for (connector, term) in condition.rest {
            switch connector {
            case .and where !result: return false
            case .or where result: return true
            default: result = try holds(term)
            }
        }
        return result
    }

    private func holds(_ term: Condition.Term) throws(RenderFailure) -> Bool {
        switch term {
        case .truth(let expression): return try value(of: expression, mayBeMissing: true).isTrue
        case .comparison(let left, let comparison, let right):
            switch comparison {
            case .equal: return try isEqual(left, right)
            case .unequal, .different: return try !isEqual(left, right)
            case .contains: return try contains(left, right)
            case .less, .greater, .lessOrEqual, .greaterOrEqual: return try isOrdered(left, comparison, right)
            }
        }
    }

    private func isEqual(_ left: Expression, _ right: Expression) throws(RenderFailure) -> Bool {
        if left.isEmptiness { return try isEqual(try value(of: right), left) }
        return try isEqual(try value(of: left), right)
    }

    func isEqual(_ value: JSONValue, _ expression: Expression) throws(RenderFailure) -> Bool {
        switch expression.kind {
        case .empty: return value.isEmpty
        case .blank: return value.isBlank
        case .literal, .path: return value == (try self.value(of: expression))
        }
    }

    private func contains(_ left: Expression, _ right: Expression) throws(RenderFailure) -> Bool {
        let (container, element) = (try value(of: left), try value(of: right))
        switch (container, element) {
        case (.null, _): return false
        case (.array(let elements), _): return elements.contains(element)
        case (.string(let text), .string(let part)): return text.occurrences(of: part, atMost: 1).count == 1
        case (.object(let members), .string(let key)): return members[key] != nil
        default:
            throw .problem(
                .error(
                    "`contains` finds no \(element.kindName) in \(container.kindName)", at: left.location,
                    hint: "it looks for text in text, for a value in a list, for a key in an object"))
        }
    }

    private func isOrdered(
        _ left: Expression, _ comparison: Condition.Comparison, _ right: Expression
    ) throws(RenderFailure) -> Bool {
        switch (try value(of: left), try value(of: right)) {
        case (.number(let first), .number(let second)): return comparison.holds(first, second)
        case (.string(let first), .string(let second)): return comparison.holds(first, second)
        case (let first, let second):
            throw .problem(
                .error(
                    "`\(comparison.rawValue)` compares two numbers or two texts, not \(first.kindName) and \(second.kindName)",
                    at: left.location))
        }
    }
}

extension Condition.Comparison {
    fileprivate func holds<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
        switch self {
        case .less: left < right
        case .greater: left > right
        case .lessOrEqual: left <= right
        case .greaterOrEqual: left >= right
        case .equal: left == right
        case .unequal, .different: left != right
        case .contains: false
        }
    }
}

extension JSONValue {
    /// Only nothing and false are not.
    var isTrue: Bool { self != .null && self != .bool(false) }

    var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        case .null, .bool, .number: false
        }
    }

    fileprivate var isBlank: Bool {
        if case .string(let text) = self { return text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }
        return isEmpty || !isTrue
    }
}
