package import FoundationEssentials
package import JSON

/// A value to be written as YAML, its keys in the order that the writer of it chose.
package enum YAMLContent: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    /// A scalar that is written just as it stands, so that `1.30` stays `1.30`; it must be what a plain scalar may be.
    case plain(String)
    case sequence([YAMLContent])
    case mapping([Pair])

    package struct Pair: Hashable, Sendable {
        package let key: String
        package let value: YAMLContent

        package init(_ key: String, _ value: YAMLContent) {
            self.key = key
            self.value = value
        }
    }

    /// Keys are sorted.
    package init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .number(let value): self = .number(value)
        case .string(let value): self = .string(value)
        case .array(let elements): self = .sequence(elements.map(YAMLContent.init))
        case .object(let object):
            self = .mapping(object.sorted { $0.key < $1.key }.map { Pair($0.key, YAMLContent($0.value)) })
        }
    }

    /// What was read, with its order and its numbers as they were written; comments, anchors and styles are not kept.
    package init(_ node: YAMLNode, _ schema: YAMLSchema) {
        switch node.kind {
        case .scalar(let scalar):
            switch node.json(schema) {
            case .number where scalar.isPlain: self = .plain(scalar.text)
            case let value: self = YAMLContent(value)
            }
        case .sequence(let elements): self = .sequence(elements.map { YAMLContent($0, schema) })
        case .mapping(let pairs): self = .mapping(pairs.map { Pair($0.key, YAMLContent($0.value, schema)) })
        }
    }
}
