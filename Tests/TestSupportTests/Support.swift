/// What the error says; nothing when there is none.
func failure(_ work: () async throws -> String) async -> String {
    do {
        _ = try await work()
        return ""
    } catch {
        return "\(error)"
    }
}
