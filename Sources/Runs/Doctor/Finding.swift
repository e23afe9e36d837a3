/// What `stack doctor` says of one thing that it has looked at.
package struct Finding: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable, Codable {
        case good
        /// When something should be looked at, and nothing is in its way.
        case warning
        /// When runs are refused, or would be, until it is mended.
        case problem
    }

    package let subject: String
    package let verdict: Verdict
    package let fact: String
    /// What to do about it.
    package let hint: String?

    static func good(_ subject: String, _ fact: String) -> Finding {
        Finding(subject: subject, verdict: .good, fact: fact, hint: nil)
    }

    static func warning(_ subject: String, _ fact: String, _ hint: String) -> Finding {
        Finding(subject: subject, verdict: .warning, fact: fact, hint: hint)
    }

    static func problem(_ subject: String, _ fact: String, _ hint: String?) -> Finding {
        Finding(subject: subject, verdict: .problem, fact: fact, hint: hint)
    }
}
