/// Something that must not happen to whoever relies on the lock.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    package enum Rule: String, Hashable, Sendable, CaseIterable {
        /// When a token is not higher than one that was given before.
        case tokensRise
        /// When a write is accepted after its token was given up, or after a newer one was given.
        case oldTokensWriteNothing
        /// When writes of two holders alternate in the order of the database.
        case oneHolderAtATime
        /// When the order of the database is not that in which writes followed each other.
        case orderIsKept
        /// When a write that was accepted is not there, or is another.
        case nothingIsLost
        /// When a lock was given to another before its lease was over.
        case leasesAreKept
        /// When the lock of a run that applies was given to another one.
        case applyingIsNotTakenOver
        /// When the records said what they never should.
        case nothingFails
    }

    package let rule: Rule
    /// What it was seen by.
    package let words: String

    package var description: String { "\(rule.rawValue): \(words)" }
}
