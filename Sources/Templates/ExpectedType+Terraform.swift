package import Definitions
package import ModuleInterface

extension TypeExpression {
    /// What a definition's literal has to know of this type to be read as it is meant.
    package var expected: ExpectedType {
        switch self {
        case .string: .string
        case .list(let element), .set(let element): .list(element.expected)
        case .map(let element): .map(element.expected)
        case .object(let attributes): .object(attributes.mapValues(\.type.expected))
        case .number, .bool, .any, .tuple, .unparsed: .any
        }
    }
}
