/// What `work` returns, or nil when it was cancelled because `limit` was over first.
package func within<Result: Sendable>(
    _ limit: Duration?, _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
    guard let limit else { return try await work() }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
