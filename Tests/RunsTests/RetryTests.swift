import Plans
import Testing

@testable import Definitions
@testable import Runs

/// Which failures are tried again.
@Suite struct RetryTests {
    private let policy = RetryPolicy(patterns: ["rate limit", "connection reset"], delays: [2, 6])

    @Test func `a failure is tried again when every error of it goes away by itself`() {
        #expect(policy.retry(after: 1, errors: ["API Rate Limit exceeded"])?.reason == "rate limit")
        #expect(policy.retry(after: 1, errors: ["read: connection reset by peer", "rate limit"]) != nil)
        #expect(policy.retry(after: 1, errors: ["rate limit", "Invalid value"]) == nil)
        #expect(policy.retry(after: 1, errors: []) == nil)
    }

    @Test func `it waits longer each time, never the same for all, and gives up`() throws {
        var first: Set<Duration> = []
        for _ in 1...20 {
            let delay = try #require(policy.retry(after: 1, errors: ["rate limit"])).delay
            #expect(delay >= .seconds(2) && delay <= .seconds(3))
            first.insert(delay)
            let next = try #require(policy.retry(after: 2, errors: ["rate limit"])).delay
            #expect(next >= .seconds(6) && next <= .seconds(9))
        }
        #expect(first.count > 1)
        #expect(policy.retry(after: 3, errors: ["rate limit"]) == nil)
    }

    @Test func `a project that names none tries nothing again, and the built-in ones are of the usual kinds`() {
        var settings = ProjectSettings()
        for error in [
            "RequestLimitExceeded: Request limit exceeded.", "read tcp 10.0.0.1:443: connection reset by peer",
            "timeout while waiting for plugin to start",
        ] {
            #expect(RetryPolicy(settings).retry(after: 1, errors: [error]) != nil, "\(error)")
        }
        #expect(RetryPolicy(settings).retry(after: 1, errors: ["Reference to undeclared resource"]) == nil)
        settings.retryable = []
        #expect(RetryPolicy(settings).retry(after: 1, errors: ["connection reset"]) == nil)
    }
}
