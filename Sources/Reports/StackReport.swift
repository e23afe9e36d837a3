package import FoundationEssentials

/// What one stack has come to in a command.
package struct StackReport: Hashable, Sendable {
    package enum Result: String, Hashable, Sendable, CaseIterable {
        /// When the command has ended before it could begin with it.
        case waiting
        /// When its plan was made, and nothing more was wanted.
        case planned
        /// The same of a plan that can never be applied.
        case preview
        /// When its plan was applied to its end.
        case succeeded
        /// When there was nothing to do.
        case unchanged
        case failed
        /// When a stack that it waits for has failed, or everything was stopped.
        case skipped
        /// When a rule, or a person, did not let it be applied.
        case refused
        /// When its apply went on without the command.
        case detached
        /// When a look for drift has found none.
        case inSync
        case drifted
        /// When it could not be looked at.
        case unreachable

        /// How it counts for those who know only good, bad and not done.
        var verdict: Verdict {
            switch self {
            case .planned, .preview, .succeeded, .unchanged, .inSync: .passed
            case .failed, .refused, .drifted, .unreachable: .failed
            case .waiting, .skipped, .detached: .skipped
            }
        }
    }

    enum Verdict { case passed, failed, skipped }

    /// What its plan changes.
    package struct Counts: Hashable, Sendable {
        package let add: Int
        package let change: Int
        package let destroy: Int

        package init(add: Int, change: Int, destroy: Int) {
            self.add = add
            self.change = change
            self.destroy = destroy
        }
    }

    package let name: String
    package let result: Result
    /// Nil when no run was recorded for it.
    package var run: String?
    /// Nil when there is no plan.
    package var counts: Counts?
    /// Nil when it was not begun.
    package var start: Date?
    package var seconds: Double?
    /// How often it was begun.
    package var attempts = 0
    /// Why it has come to this, in one line.
    package var message: String?
    /// The stacks that have to be done before it.
    package var dependencies: [String] = []
    /// As they were shown, without colours; each may have several lines.
    package var errors: [String] = []

    package init(name: String, result: Result) {
        self.name = name
        self.result = result
    }
}
