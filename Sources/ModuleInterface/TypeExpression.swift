import Diagnostics

/// A variable's type constraint.
///
/// Source of the format: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
package indirect enum TypeExpression: Hashable, Sendable {
    case string
    case number
    case bool
    case any
    case list(TypeExpression)
    case set(TypeExpression)
    case map(TypeExpression)
    case tuple([TypeExpression])
    case object([String: Attribute])
    /// What is none of the above, as it is written.
    case unparsed(String)

    package struct Attribute: Hashable, Sendable {
        package let type: TypeExpression
        package let isOptional: Bool

        package init(_ type: TypeExpression, isOptional: Bool = false) {
            self.type = type
            self.isOptional = isOptional
        }
    }
}

extension TypeExpression {
    /// In the JSON syntax the type is a string that holds the expression.
    init(_ expression: Expression) {
        var shape = expression.shape
        if let text = expression.string {
            let tokens = try? Tokenizer.tokens(of: SourceText(fragment: text, of: expression.location.file))
            shape = tokens.map { Shape($0) } ?? .opaque
        }
        self = Self.parse(shape) ?? .unparsed(expression.text)
    }

    private static func parse(_ shape: Shape) -> TypeExpression? {
        switch shape {
        case .name("string"): .string
        case .name("number"): .number
        case .name("bool"): .bool
        case .name("any"): .any
        // Written without an element type these two mean any, a form that Terraform keeps for old modules.
        case .name("list"): .list(.any)
        case .name("map"): .map(.any)
        case .call(let name, let arguments) where arguments.count == 1: parse(name, of: arguments[0])
        default: nil
        }
    }

    private static func parse(_ constructor: String, of argument: Shape) -> TypeExpression? {
        switch (constructor, argument) {
        case ("list", _): return parse(argument).map(TypeExpression.list)
        case ("set", _): return parse(argument).map(TypeExpression.set)
        case ("map", _): return parse(argument).map(TypeExpression.map)
        case ("tuple", .tuple(let elements)):
            let types = elements.compactMap(parse)
            return types.count == elements.count ? .tuple(types) : nil
        case ("object", .object(let members)):
            var attributes: [String: Attribute] = [:]
            for member in members {
                guard let attribute = attribute(member.value) else { return nil }
                attributes[member.key] = attribute
            }
            return .object(attributes)
        default: return nil
        }
    }

    /// `T`, `optional(T)` or `optional(T, default)`.
    private static func attribute(_ shape: Shape) -> Attribute? {
        if case .call("optional", let arguments) = shape, let type = arguments.first {
            return parse(type).map { Attribute($0, isOptional: true) }
        }
        return parse(shape).map { Attribute($0) }
    }
}
