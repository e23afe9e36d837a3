/// A condition did not become true in time, or a process did not end.
package struct Timeout: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Polls a condition until it is true.
///
/// - Parameter what: what is waited for, as the failure says it.
/// - Throws: `Timeout` when the deadline passes first.
package func eventually(
    _ what: String, within limit: Duration = .seconds(60), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw Timeout("not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// Polls until there is a value.
package func eventually<Value>(
    _ what: String, within limit: Duration = .seconds(60), value: () async throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now + limit
    while true {
        if let value = try await value() { return value }
        guard ContinuousClock.now < deadline else { throw Timeout("not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(20))
    }
}
