import Diagnostics
import FoundationEssentials
import JSON

extension Renderer {
    /// - Parameter mayBeMissing: whether a member that is not there is nothing, instead of an error.
    func value(of expression: Expression, mayBeMissing: Bool = false) throws(RenderFailure) -> JSONValue {
        switch expression.kind {
        case .literal(let value): return value
        // The parser lets them stand only where they are compared.
        case .empty, .blank: return .null
        case .path(let root, let steps):
            var value = try variable(root, at: expression)
            for (index, step) in steps.enumerated() {
                let key = try self.value(of: step.key)
                if let member = try value.member(key, at: step) {
                    value = member
                    continue
                }
                // Members of what the caller gave are names: `context.nmae` is always wrong.
                let isName = index == 0 && isGiven(root)
                guard mayBeMissing, !isName || value.isNull else {
                    throw .problem(missing(key, of: value, before: index, of: steps, root))
                }
                return .null
            }
            return value
        }
    }

    private func variable(_ name: String, at expression: Expression) throws(RenderFailure) -> JSONValue {
        for loop in loops.reversed() { if let value = loop[name] { return value } }
        if let value = assigned[name] { return value }
        guard !unassigned.contains(name) else { throw .consequence }
        if let value = given[name] { return value }
        let names = loops.flatMap(\.keys) + assigned.keys + given.keys
        throw .problem(.unknownVariable(name, at: expression.location, known: names))
    }

    private func isGiven(_ name: String) -> Bool {
        given[name] != nil && assigned[name] == nil && !loops.contains { $0[name] != nil }
    }

    private func missing(
        _ key: JSONValue, of value: JSONValue, before index: Int, of steps: [Expression.Step], _ root: String
    ) -> Diagnostic {
        let step = steps[index]
        let owner = index == 0 ? root : steps[index - 1].spelling
        let shown = key.outputText ?? ""
        switch value {
        case .null:
            return .error("`\(owner)` has no value here, and so no `\(shown)`", at: step.location)
        case .array(let elements):
            return .error("`\(owner)` has \(elements.count) elements, so there is no `\(shown)`", at: step.location)
        default:
            let known = (value.objectValue ?? [:]).keys.sorted()
            return .error(
                "`\(owner)` has no `\(shown)`", at: step.location,
                hint: suggestion(for: shown, among: known).map { "did you mean `\($0)`?" } ?? Self.hint(known))
        }
    }

    private static func hint(_ known: [String]) -> String? {
        known.isEmpty || known.count > 12 ? nil : "it has \(known.map { "`\($0)`" }.joined(separator: ", "))"
    }

    // MARK: Loops

    /// The elements that a loop goes through, with its offset, its limit and in its order.
    func elements(of loop: Node.Loop, atMost most: Int) throws(RenderFailure) -> [JSONValue] {
        let offset = try loop.offset.map { (expression) throws(RenderFailure) in try count(expression) } ?? 0
        let limit = try loop.limit.map { (expression) throws(RenderFailure) in try count(expression) } ?? .max
        let elements: [JSONValue]
        switch loop.subject {
        case .list(let expression): elements = Array(try list(expression).dropFirst(offset).prefix(limit))
        case .range(let first, let last):
            let (low, high) = (try integer(first), try integer(last))
            guard low <= high else { return [] }
            let (start, overflows) = low.addingReportingOverflow(offset)
            guard !overflows, start <= high else { return [] }
            let (span, isHuge) = high.subtractingReportingOverflow(start)
            // One more than may be is enough for the limit to be reported.
            let turns = min(limit, isHuge ? .max : span == .max ? .max : span + 1, most + 1)
            elements = (0..<turns).map { .number(Decimal(start + $0)) }
        }
        return loop.isReversed ? elements.reversed() : elements
    }

    /// Nothing is a list without elements, so that an optional parameter can be gone through; an object is its pairs of
    /// key and value, by key.
    private func list(_ expression: Expression) throws(RenderFailure) -> [JSONValue] {
        let value = try value(of: expression)
        switch value {
        case .array(let elements): return elements
        case .null: return []
        case .object(let members):
            return members.sorted { $0.key < $1.key }.map { .array([.string($0.key), $0.value]) }
        default:
            throw .problem(
                .error(
                    "`for` goes through a list, and `\(expression.spelling)` is \(value.kindName)",
                    at: expression.location))
        }
    }

    private func integer(_ expression: Expression) throws(RenderFailure) -> Int {
        let value = try value(of: expression)
        guard let number = value.wholeNumber else {
            throw .problem(
                .error(
                    "`\(expression.spelling)` must be a whole number here, not \(value.kindName)",
                    at: expression.location))
        }
        return number
    }

    private func count(_ expression: Expression) throws(RenderFailure) -> Int {
        let number = try integer(expression)
        guard number >= 0 else {
            throw .problem(.error("`\(expression.spelling)` must not be negative here", at: expression.location))
        }
        return number
    }
}

extension JSONValue {
    /// What `.key` and `[key]` give; nil where there is no such member.
    ///
    /// - Throws: where a value of this kind has no members at all.
    fileprivate func member(_ key: JSONValue, at step: Expression.Step) throws(RenderFailure) -> JSONValue? {
        switch (self, key) {
        case (.object(let members), .string(let name)):
            if let member = members[name] { return member }
            return name == "size" ? .number(Decimal(members.count)) : nil
        case (.array(let elements), .number):
            guard let index = key.integerValue else { return nil }
            let position = index < 0 ? elements.count + index : index
            return elements.indices.contains(position) ? elements[position] : nil
        case (.array(let elements), .string(let name)):
            switch name {
            case "size": return .number(Decimal(elements.count))
            case "first": return elements.first
            case "last": return elements.last
            default:
                throw .problem(
                    .error(
                        "a list has no `\(name)`", at: step.location,
                        hint: "it has `size`, `first`, `last` and elements by number: `[0]`"))
            }
        case (.string(let text), .string("size")): return .number(Decimal(text.unicodeScalars.count))
        case (.null, _): return nil
        default:
            throw .problem(
                .error("`\(step.spelling)` asks \(kindName) for what it cannot have", at: step.location))
        }
    }

    /// A whole number, also one that is written as text.
    var wholeNumber: Int? {
        switch self {
        case .number: integerValue
        case .string(let text): Int(text)
        default: nil
        }
    }
}

extension Diagnostic {
    fileprivate static func unknownVariable(_ name: String, at location: SourceLocation, known: [String]) -> Diagnostic
    {
        let known = Set(known).sorted()
        return .error(
            "unknown variable `\(name)`", at: location,
            hint: suggestion(for: name, among: known).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty ? nil : "known here: \(known.map { "`\($0)`" }.joined(separator: ", "))"))
    }

    static func noText(of expression: Expression, _ value: JSONValue) -> Diagnostic {
        let hint =
            switch value {
            case .null: "put it in an `if`, or give it a value with `| default: …`"
            case .array: "`| join: \",\"` or `| json` makes text of it"
            default: "`| json` makes text of it"
            }
        let fact = value.isNull ? "has no value here" : "is \(value.kindName), which has no text of its own"
        return .error("`\(expression.spelling)` \(fact)", at: expression.location, hint: hint)
    }
}
