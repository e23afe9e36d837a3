import FoundationEssentials

/// Writes values on one line, collections as `{a: 1}` and `[1, 2]`, in a form that may stand anywhere.
enum FlowWriter {
    static func text(_ content: YAMLContent) -> String {
        switch content {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): value.description
        case .plain(let text): text
        case .string(let text): ScalarStyle.inline(text)
        case .sequence(let elements): "[\(elements.map(text).joined(separator: ", "))]"
        case .mapping(let pairs): "{\(pairs.map(text).joined(separator: ", "))}"
        }
    }

    static func text(_ pair: YAMLContent.Pair) -> String {
        "\(ScalarStyle.inline(pair.key)): \(text(pair.value))"
    }
}
