package import JSON
import YAML

/// A value as it was written in a definition: typed, and with the text of its scalars.
///
/// YAML reads `1.30` as the number 1.3; only who knows that a Terraform variable is a string can say that "1.30" is
/// meant.
package indirect enum LiteralValue: Hashable, Sendable {
    /// The value by the document's schema, and what a string takes of it.
    case scalar(JSONValue, text: String)
    case list([LiteralValue])
    case object([String: LiteralValue])

    /// The value for a place that wants `type`: scalars are text where a string is expected, `null` stays null.
    /// Nothing is checked; where the shapes differ the value is given as it was written.
    package func json(as type: ExpectedType = .any) -> JSONValue {
        switch (self, type) {
        case (.scalar(.null, _), _): .null
        case (.scalar(_, let text), .string): .string(text)
        case (.scalar(let value, _), _): value
        case (.list(let elements), .list(let element)): .array(elements.map { $0.json(as: element) })
        case (.list(let elements), _): .array(elements.map { $0.json() })
        case (.object(let entries), .map(let element)): .object(entries.mapValues { $0.json(as: element) })
        case (.object(let entries), .object(let types)):
            .object(Dictionary(uniqueKeysWithValues: entries.map { ($0, $1.json(as: types[$0] ?? .any)) }))
        case (.object(let entries), _): .object(entries.mapValues { $0.json() })
        }
    }

    /// The text of a scalar that is not null.
    package var text: String? {
        if case .scalar(let value, let text) = self, !value.isNull { text } else { nil }
    }
}

/// What a Terraform variable expects, as far as it decides how a literal is read.
package indirect enum ExpectedType: Hashable, Sendable {
    /// Numbers, booleans, `any`, and types that are not known.
    case any
    case string
    /// Lists, sets and tuples of one element type.
    case list(ExpectedType)
    case map(ExpectedType)
    /// Attributes that are not named are `any`.
    case object([String: ExpectedType])
}

extension LiteralValue {
    /// In Plural's group the text of a number is what its JSON form says, as it is for Plural: `1.30` becomes "1.3".
    init(_ node: YAMLNode, _ schema: YAMLSchema) {
        switch node.kind {
        case .scalar(let scalar):
            let value = node.json(schema)
            let keepsText = schema == .core12 || value.stringValue != nil
            self = .scalar(value, text: keepsText ? scalar.text : value.text)
        case .sequence(let elements): self = .list(elements.map { LiteralValue($0, schema) })
        case .mapping(let pairs):
            self = .object(Dictionary(pairs.map { ($0.key, LiteralValue($0.value, schema)) }) { first, _ in first })
        }
    }
}
