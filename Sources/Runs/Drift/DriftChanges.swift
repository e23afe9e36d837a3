import Records

/// What has become other than it was, of stacks that are looked at again and again.
package struct DriftChanges {
    /// A stack that is now known to be in another state than before.
    package struct Change: Hashable, Sendable {
        let stack: String
        /// In a word; nil for a stack that nothing was known of.
        let before: String?
        /// With what has drifted.
        let after: String

        /// `dev: in sync → drifted: aws_vpc.main (tags.Name)`.
        package var text: String { "\(stack): \(before.map { "\($0) → " } ?? "")\(after)" }
    }

    /// By stack.
    private var known: [String: DriftCheck.Outcome] = [:]

    package init() {}

    /// - Returns: nil when a look has found what the one before it had found. Where a stack stays unreachable, it does not
    ///   matter why.
    package mutating func note(_ outcome: DriftCheck.Outcome, of stack: String) -> Change? {
        let before = known.updateValue(outcome, forKey: stack)
        guard before?.key != outcome.key else { return nil }
        return Change(stack: stack, before: before?.word, after: outcome.text)
    }
}

extension DriftCheck.Outcome {
    fileprivate var text: String {
        guard case .recorded(let row) = self else { return word }
        return row.text
    }

    /// What tells two findings apart.
    fileprivate var key: String {
        guard case .recorded(let row) = self, row.result == .drifted else { return word }
        return row.text
    }
}
