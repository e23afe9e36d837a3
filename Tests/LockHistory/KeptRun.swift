/// A run as it is in the database when all is over.
package struct KeptRun: Hashable, Sendable {
    package let id: String
    package let hasSucceeded: Bool
    /// The last state that it has written; nil when it has written none.
    package let state: KeptState?

    package init(id: String, hasSucceeded: Bool, state: KeptState?) {
        self.id = id
        self.hasSucceeded = hasSucceeded
        self.state = state
    }
}

package struct KeptState: Hashable, Sendable {
    package let sequence: Int
    package let isSettled: Bool
    package let content: String

    package init(sequence: Int, isSettled: Bool, content: String) {
        self.sequence = sequence
        self.isSettled = isSettled
        self.content = content
    }
}

/// What a worker writes as the state.
package func content(ofWrite number: Int, by run: String) -> String { "\(run)/\(number)" }
