import FoundationEssentials
package import JSON

/// Writes values as YAML in block style that every version of YAML reads alike: text that might be read as something
/// else is quoted.
package enum YAMLWriter {
    /// One document, without `---`, ended by a line feed.
    package static func text(_ content: YAMLContent) -> String {
        var writer = BlockWriter()
        writer.writeDocument(content)
        return writer.output
    }

    /// One document with sorted keys.
    package static func text(_ value: JSONValue) -> String { text(YAMLContent(value)) }
}

/// How far nested values are indented.
struct BlockLayout: Equatable {
    /// A mapping below a key.
    var mapping = 2
    /// A sequence below a key; 0 where its dashes stand below the key itself.
    var sequence = 2
}

struct BlockWriter {
    var layout = BlockLayout()
    private(set) var output = ""

    init(layout: BlockLayout = BlockLayout()) {
        self.layout = layout
    }

    mutating func writeDocument(_ content: YAMLContent) {
        switch content {
        case .mapping(let pairs) where !pairs.isEmpty: write(pairs, indentation: 0)
        case .sequence(let elements) where !elements.isEmpty: write(elements, indentation: 0)
        default:
            output += scalar(content, indentation: 1)
            output += "\n"
        }
    }

    /// The first key stands where the caller is: behind `- `, or at the beginning of a line that is indented already.
    mutating func write(_ pairs: [YAMLContent.Pair], indentation: Int, firstIsIndented: Bool = false) {
        for (position, pair) in pairs.enumerated() {
            if position > 0 || !firstIsIndented { indent(indentation) }
            output += ScalarStyle.inline(pair.key)
            output += ":"
            writeValue(pair.value, indentation: indentation)
        }
    }

    private mutating func writeValue(_ value: YAMLContent, indentation: Int) {
        switch value {
        case .mapping(let pairs) where !pairs.isEmpty:
            output += "\n"
            write(pairs, indentation: indentation + layout.mapping)
        case .sequence(let elements) where !elements.isEmpty:
            output += "\n"
            write(elements, indentation: indentation + layout.sequence)
        default:
            output += " "
            output += scalar(value, indentation: indentation + layout.mapping)
            output += "\n"
        }
    }

    mutating func write(_ elements: [YAMLContent], indentation: Int, firstIsIndented: Bool = false) {
        for (position, element) in elements.enumerated() {
            if position > 0 || !firstIsIndented { indent(indentation) }
            output += "- "
            switch element {
            case .mapping(let pairs) where !pairs.isEmpty:
                write(pairs, indentation: indentation + 2, firstIsIndented: true)
            case .sequence(let inner) where !inner.isEmpty:
                write(inner, indentation: indentation + 2, firstIsIndented: true)
            default:
                output += scalar(element, indentation: indentation + 2)
                output += "\n"
            }
        }
    }

    private mutating func indent(_ count: Int) {
        output += String(repeating: " ", count: count)
    }

    private func scalar(_ content: YAMLContent, indentation: Int) -> String {
        if case .string(let text) = content, let block = ScalarStyle.block(text, indentation: indentation) {
            return block
        }
        return FlowWriter.text(content)
    }
}
