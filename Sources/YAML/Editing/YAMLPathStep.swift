/// One step from a value to one inside it.
package enum YAMLPathStep: Hashable, Sendable {
    case key(String)
    /// Of a list, from 0.
    case index(Int)
}

extension YAMLPathStep: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .key(value) }
    package init(integerLiteral value: Int) { self = .index(value) }
}

extension [YAMLPathStep] {
    /// `spec.variables.zones[0]`.
    package var text: String {
        reduce(into: "") { text, step in
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}

extension YAMLNode {
    /// The value that a path leads to, or nil where it ends before.
    package func value<Path: Collection<YAMLPathStep>>(at path: Path) -> YAMLNode? {
        path.reduce(self as YAMLNode?) { node, step in
            switch step {
            case .key(let key): node?[key]
            case .index(let index): node?.sequence.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            }
        }
    }
}
