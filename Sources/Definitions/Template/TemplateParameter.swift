package import Diagnostics
import FoundationEssentials
import JSON

/// One question of a template's form.
package struct TemplateParameter: Sendable {
    /// Plural's types of form fields.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case string = "STRING"
        case integer = "INT"
        case boolean = "BOOL"
        case json = "JSON"
        /// Text that no form shows.
        case password = "PASSWORD"
        /// One of `values`.
        case enumeration = "ENUM"
        /// The handle of a cluster.
        case cluster = "CLUSTER"
        case project = "PROJECT"
        case group = "GROUP"
        case user = "USER"
        case flow = "FLOW"
    }

    /// When a parameter is asked for.
    package struct Condition: Sendable {
        package enum Operation: String, CaseIterable, Hashable, Sendable {
            case not = "NOT"
            case equal = "EQ"
            case greater = "GT"
            case less = "LT"
            case greaterOrEqual = "GTE"
            case lessOrEqual = "LTE"
            case prefix = "PREFIX"
            case suffix = "SUFFIX"
        }

        /// Another parameter.
        package let field: Located<String>
        package let operation: Operation
        package let value: LiteralValue
    }

    package struct Validation: Hashable, Sendable {
        /// Has to match somewhere in the text; `^` and `$` anchor it.
        package let regex: String?
        /// The text has to be JSON.
        package let json: Bool
    }

    package let name: Located<String>
    package let kind: Kind
    package let defaultValue: Located<LiteralValue>?
    /// Of an `ENUM`.
    package let values: [String]
    package let validation: Validation?
    package let condition: Condition?
    package let optional: Bool
    package let documentation: String?
    package let displayName: String?
    package let placeholder: String?

    /// Whether a stack has to give it once it is asked for.
    package var isRequired: Bool { !optional && defaultValue == nil }

    /// Whether its condition holds. A value that only the run will know counts as one that lets it hold.
    package func isAsked(with variables: [String: Located<ValueSource>], inputs: Set<String> = []) -> Bool {
        guard let condition, !inputs.contains(condition.field.value) else { return true }
        switch variables[condition.field.value]?.value {
        case .literal(let value): return condition.holds(for: value)
        case nil: return condition.holds(for: .scalar(.null, text: ""))
        default: return true
        }
    }
}

extension TemplateParameter.Condition {
    /// Numbers are compared as numbers; what is none satisfies no comparison by size.
    func holds(for actual: LiteralValue) -> Bool {
        let (left, right) = (actual.text, value.text)
        switch operation {
        case .equal: return left == right
        case .not: return left != right
        case .prefix: return left?.hasPrefix(right ?? "") == true
        case .suffix: return left?.hasSuffix(right ?? "") == true
        case .greater, .less, .greaterOrEqual, .lessOrEqual:
            guard let left = left.flatMap({ Decimal(string: $0) }), let right = right.flatMap({ Decimal(string: $0) })
            else { return false }
            return switch operation {
            case .greater: left > right
            case .less: left < right
            case .greaterOrEqual: left >= right
            default: left <= right
            }
        }
    }
}
