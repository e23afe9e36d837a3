import Diagnostics
import JSON

/// The content of a file or a block, the same for both syntaxes.
struct Body: Sendable {
    var attributes: [String: Attribute] = [:]
    var blocks: [Block] = []

    func blocks(ofType type: String) -> some Sequence<Block> {
        blocks.lazy.filter { $0.type == type }
    }

    subscript(name: String) -> Expression? { attributes[name]?.expression }

    /// Whether `matches` holds for a list of tokens of any expression inside, however deep.
    func containsList(where matches: ([Token]) -> Bool) -> Bool {
        attributes.values.contains { $0.expression.tokens.containsList(where: matches) }
            || blocks.contains { $0.body.containsList(where: matches) }
    }
}

/// `name = expression`
struct Attribute: Sendable {
    let name: String
    let location: SourceLocation
    let expression: Expression
}

/// `type "label" { … }`
struct Block: Sendable {
    let type: String
    let labels: [String]
    /// The type and the labels.
    let location: SourceLocation
    let body: Body
}

struct Expression: Sendable {
    /// As it is written.
    let text: String
    let location: SourceLocation
    /// In the JSON syntax those of the templates in its strings.
    let tokens: [Token]
    let shape: Shape

    var string: String? { shape.value?.stringValue }

    /// In the JSON syntax a boolean may be a string, as in Terraform.
    var boolean: Bool? {
        switch shape.value {
        case .bool(let value): value
        case .string("true"): true
        case .string("false"): false
        default: nil
        }
    }
}
