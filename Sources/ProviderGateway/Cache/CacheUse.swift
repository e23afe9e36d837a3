import Synchronization

/// How often a command was answered from the cache, and how often something had to be learned.
package struct CacheUse: Hashable, Sendable, Codable {
    /// `plan`
    package let command: String
    package let hits: Int
    package let misses: Int
}

/// Counts the questions of one command.
final class Tally: Sendable {
    private let counts = Mutex((hits: 0, misses: 0))

    /// Counts one question by its answer, which is nil when it is not known.
    func count<Answer>(_ answer: Answer?) -> Answer? {
        counts.withLock { if answer == nil { $0.misses += 1 } else { $0.hits += 1 } }
        return answer
    }

    func use(by command: String) -> CacheUse {
        counts.withLock { CacheUse(command: command, hits: $0.hits, misses: $0.misses) }
    }
}
