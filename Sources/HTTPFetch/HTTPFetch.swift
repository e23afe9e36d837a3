import Diagnostics
package import FoundationEssentials

/// Gets what stands behind an `https://` URL, within limits; `http://` only from this machine itself.
///
/// It goes through the proxies of HTTPS_PROXY, HTTP_PROXY and NO_PROXY, trusts the system's certificates and those in the
/// file that SSL_CERT_FILE names, follows at most five redirects and never one to an address without encryption, and tries
/// again where a server or the way to it is only busy. Credentials in a URL are sent, and never shown.
package struct HTTPFetch: Sendable {
    package struct Limits: Hashable, Sendable {
        package var connect: Duration
        /// For all attempts and redirects together.
        package var total: Duration
        /// Of the answer, counted as it comes.
        package var bytes: Int
        /// How often it is tried in all.
        package var attempts: Int
        /// Before the second attempt; twice as long before each one after it.
        package var backOff: Duration

        package init(
            connect: Duration = .seconds(10), total: Duration = .seconds(120), bytes: Int = 64 << 20,
            attempts: Int = 4, backOff: Duration = .milliseconds(500)
        ) {
            self.connect = connect
            self.total = total
            self.bytes = bytes
            self.attempts = attempts
            self.backOff = backOff
        }
    }

    let environment: [String: String]
    /// How this program names itself to servers: `stack/1.0.0`.
    let userAgent: String
    let limits: Limits

    package init(environment: [String: String], userAgent: String, limits: Limits = Limits()) {
        self.environment = environment
        self.userAgent = userAgent
        self.limits = limits
    }

    /// The body of a successful answer.
    ///
    /// - Throws: a `Diagnostic` with the host and what it said; `CancellationError`.
    package func get(_ url: String) async throws -> Data {
        let target = try FetchURL(url)
        let deadline = ContinuousClock.now + limits.total
        let result = try await withThrowingTaskGroup(of: Data?.self) { group in
            group.addTask { try await getWithRetries(target, until: deadline) }
            group.addTask {
                try await Task.sleep(until: deadline)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let result else { throw Diagnostic.tooSlow(target, after: limits.total) }
        return result
    }

    private func getWithRetries(_ url: FetchURL, until deadline: ContinuousClock.Instant) async throws -> Data {
        var delay = limits.backOff
        for attempt in 1... {
            let failure: FetchFailure
            do {
                return try await follow(url)
            } catch let error as FetchFailure {
                failure = error
            }
            let pause = failure.retryAfter ?? delay * Double.random(in: 0.75...1.25)
            guard attempt < limits.attempts, .now + pause < deadline else { throw failure.diagnostic }
            try await Task.sleep(for: pause)
            delay *= 2
        }
        throw CancellationError()
    }

    private func follow(_ first: FetchURL) async throws -> Data {
        var url = first
        for _ in 0...5 {
            switch try await exchange(url) {
            case .content(let data): return data
            case .redirect(let target): url = try url.redirected(to: target)
            }
        }
        throw Diagnostic.tooManyRedirects(first, limit: 5)
    }
}

/// An attempt that failed and may succeed later.
struct FetchFailure: Error {
    let diagnostic: Diagnostic
    /// What the server asks for.
    var retryAfter: Duration?
}
