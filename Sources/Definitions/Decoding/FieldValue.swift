import Diagnostics
import JSON
import YAML

/// The value of one field, with what its errors need: `spec.cluster.pool` and its places.
struct FieldValue {
    let node: YAMLNode
    let path: String
    /// Of the key, for errors about the field as a whole; of the value in a list.
    let keyLocation: SourceLocation
    let context: DecodingContext

    var location: SourceLocation { node.location }
    var problems: ProblemCollector { context.problems }

    /// Says what should stand here.
    func mustBe(_ expected: String) {
        problems.error("`\(path)` must be \(expected), not \(node.summary)", at: location)
    }

    // MARK: Scalars

    /// Any scalar that is not null keeps its text: `1.30` is "1.30".
    func string() -> Located<String>? {
        guard let scalar = node.scalar, !node.isNull else {
            mustBe("text")
            return nil
        }
        return Located(scalar.text, at: location)
    }

    /// Text that is not empty.
    func nonEmptyString() -> Located<String>? {
        guard let text = string() else { return nil }
        guard !text.value.isEmpty else {
            mustBe("text that is not empty")
            return nil
        }
        return text
    }

    func name(_ rule: NameRule) -> Located<String>? {
        guard let text = string() else { return nil }
        if let expected = rule.problem(with: text.value) {
            problems.error("`\(text.value)` is no name for `\(path)`: allowed are \(expected)", at: location)
            return nil
        }
        return text
    }

    func boolean() -> Bool? {
        guard let value = node.json(context.schema).boolValue else {
            mustBe("`true` or `false`")
            return nil
        }
        return value
    }

    func integer(in range: ClosedRange<Int>) -> Int? {
        guard let value = node.json(context.schema).integerValue, range.contains(value) else {
            mustBe(
                range.upperBound == .max
                    ? "a whole number of at least \(range.lowerBound)"
                    : "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    /// One of the cases of an enumeration, by its raw value.
    func choice<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> Choice? where Choice.RawValue == String {
        guard let text = string() else { return nil }
        if let choice = Choice(rawValue: text.value) { return choice }
        let allowed = Choice.allCases.map(\.rawValue)
        problems.error(
            "`\(path)` must be one of \(allowed.quotedList), not `\(text.value)`", at: location,
            hint: suggestion(for: text.value, among: allowed).map { "did you mean `\($0)`?" })
        return nil
    }

    // MARK: Collections

    func elements() -> [FieldValue]? {
        guard let elements = node.sequence else {
            mustBe("a list")
            return nil
        }
        return elements.enumerated().map { index, element in
            FieldValue(node: element, path: "\(path)[\(index)]", keyLocation: element.location, context: context)
        }
    }

    /// The pairs of a mapping whose keys are free.
    func entries() -> [(key: Located<String>, value: FieldValue)]? {
        guard let pairs = node.mapping else {
            mustBe("a mapping")
            return nil
        }
        return pairs.map { pair in
            let value = FieldValue(
                node: pair.value, path: "\(path).\(pair.key)", keyLocation: pair.keyLocation, context: context)
            return (Located(pair.key, at: pair.keyLocation), value)
        }
    }

    /// A list of texts that are not empty.
    func strings() -> [Located<String>]? {
        elements()?.compactMap { $0.nonEmptyString() }
    }

    /// A mapping of texts.
    func stringMap() -> [String: Located<String>]? {
        guard let entries = entries() else { return nil }
        return Dictionary(entries.compactMap { entry in entry.value.string().map { (entry.key.value, $0) } }) { $1 }
    }

    /// A mapping with known fields; the caller has to `finish()` it.
    func fields() -> MappingReader? {
        guard node.mapping != nil else {
            mustBe("a mapping")
            return nil
        }
        return MappingReader(self)
    }
}

extension YAMLNode {
    /// For messages: "`text`", "a list", "a mapping", "nothing".
    var summary: String {
        switch kind {
        case .scalar(let scalar):
            if isNull { "nothing" } else if scalar.text.count > 60 { "a long text" } else { "`\(scalar.text)`" }
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

extension Sequence<String> {
    /// "`a`, `b`, `c`".
    package var quotedList: String { map { "`\($0)`" }.joined(separator: ", ") }
}
