import Diagnostics

/// A piece of a template that has been understood.
indirect enum Node: Sendable {
    case text(String)
    case output(FilteredExpression)
    case conditional([Branch], otherwise: [Node])
    case selection(Expression, [Choice], otherwise: [Node])
    case loop(Loop)
    case assign(String, FilteredExpression)
    case capture(String, [Node])
    case leave(LoopExit)

    /// Of `if`, `elsif` and `unless`.
    struct Branch: Sendable {
        let condition: Condition
        /// False for `unless`.
        let wanted: Bool
        let body: [Node]
    }

    /// Of `when`.
    struct Choice: Sendable {
        let values: [Expression]
        let body: [Node]
    }

    struct Loop: Sendable {
        enum Subject: Sendable {
            case list(Expression)
            case range(Expression, Expression)
        }

        let variable: String
        let subject: Subject
        let offset: Expression?
        let limit: Expression?
        let isReversed: Bool
        let body: [Node]
        let otherwise: [Node]
        let location: SourceLocation
    }

    enum LoopExit: String, Sendable {
        case leaveLoop = "break"
        case nextTurn = "continue"
    }
}
