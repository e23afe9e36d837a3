import Diagnostics
import JSON

/// A value in a template: written there, or to be looked up.
struct Expression: Sendable {
    indirect enum Kind: Sendable {
        case literal(JSONValue)
        case path(root: String, [Step])
        /// Only beside `==` and `!=`, and behind `when`: without elements or characters.
        case empty
        /// The same, or of white space only, or nothing, or false.
        case blank
    }

    /// `.name`, or `[…]`.
    struct Step: Sendable {
        let key: Expression
        /// Up to and with this step, as it is written.
        let spelling: String
        let location: SourceLocation
    }

    let kind: Kind
    /// As it is written.
    let spelling: String
    let location: SourceLocation
}

/// A value and what is done to it: `context.name | default: "x" | upcase`.
struct FilteredExpression: Sendable {
    let base: Expression
    let filters: [FilterCall]
}

struct FilterCall: Sendable {
    let filter: Filter
    let arguments: [Expression]
    let location: SourceLocation
}

/// What `if` and its relatives ask.
struct Condition: Sendable {
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case unequal = "!="
        /// The same in older templates.
        case different = "<>"
        case less = "<"
        case greater = ">"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case contains
    }

    enum Term: Sendable {
        /// Anything but nothing and false is true.
        case truth(Expression)
        case comparison(Expression, Comparison, Expression)
    }

    enum Connector: String, Sendable {
        case and
        case or
    }

    let first: Term
    /// Liquid knows no precedence: each connector has all that stands right of it as its right side.
    let rest: [(connector: Connector, term: Term)]
}
