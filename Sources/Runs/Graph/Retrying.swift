package import Definitions
import Plans
import Synchronization

/// Which errors go away by themselves, and how often and after how long it is tried again.
package struct RetryPolicy: Sendable {
    private let patterns: [String]
    /// Seconds before the second attempt, the third, ...
    private let delays: [Double]

    package init(_ settings: ProjectSettings) { self.init(patterns: settings.retryable, delays: [2, 6]) }

    init(patterns: [String], delays: [Double]) {
        self.patterns = patterns.filter { !$0.isEmpty }
        self.delays = delays
    }

    /// - Parameters:
    ///   - attempt: the one that has failed, from 1.
    ///   - errors: what Terraform said.
    /// - Returns: what of it goes away, and how long to wait; nil when it is not tried again.
    package func retry(after attempt: Int, errors: [String]) -> (reason: String, delay: Duration)? {
        guard delays.indices.contains(attempt - 1), !errors.isEmpty else { return nil }
        // Each of them: what does not go away fails the next attempt, too.
        let reasons = errors.map { error in patterns.first { error.lowercased().contains($0.lowercased()) } }
        guard let first = reasons.first, let reason = first, !reasons.contains(nil) else { return nil }
        // So that many that failed together do not come back together.
        return (reason, .seconds(delays[attempt - 1] * Double.random(in: 1...1.5)))
    }
}

/// What Terraform says went wrong in one attempt.
package final class TerraformErrors: Sendable {
    private let texts = Mutex<[String]>([])

    package init() {}

    package func record(_ event: RunEvent) {
        guard case .terraform(let event) = event, case .diagnostic(let problem) = event.payload,
            problem.severity == .error
        else { return }
        texts.withLock { $0.append("\(problem.summary)\n\(problem.detail)") }
    }

    package var all: [String] { texts.withLock { $0 } }
}
