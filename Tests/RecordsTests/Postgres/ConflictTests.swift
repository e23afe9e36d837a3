import Dispatch
import RecordsTestSupport
import Synchronization
import TestSupport
import Testing

@testable import Records

struct ConflictTests {
    @Test func `of two transactions that wait for each other both are done, one of them anew`() async throws {
        try await withDatabase { url in
            let server = try await PostgresServer.shared()
            _ = try await server.run(
                sql:
                    "CREATE TABLE tally (name TEXT PRIMARY KEY, count BIGINT); INSERT INTO tally VALUES ('a', 0), ('b', 0)",
                in: url)
            let meeting = Meeting()
            let attempts = try await withThrowingTaskGroup(of: Int.self) { group in
                for names in [["a", "b"], ["b", "a"]] {
                    group.addTask { try await count(names, in: url, meeting) }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(attempts.sorted() == [1, 2])
            #expect(try await server.run(sql: "SELECT count FROM tally", in: url) == "2\n2")
        }
    }

    /// Counts under both names, and meets the other one in between.
    ///
    /// - Returns: how many attempts it has taken.
    private func count(_ names: [String], in url: String, _ meeting: Meeting) async throws -> Int {
        let attempts = Mutex(0)
        try await PostgresDatabase(url, patience: .seconds(15)).write(holding: []) { connection in
            let isFirst = attempts.withLock { count in
                count += 1
                return count == 1
            }
            for name in names {
                try connection.execute("UPDATE tally SET count = count + 1 WHERE name = $1", [.text(name)])
                if isFirst, name == names[0] { meeting.meet(as: name) }
            }
        }
        return attempts.withLock { $0 }
    }
}

/// Where two threads wait for each other.
private struct Meeting: Sendable {
    private let places = ["a": DispatchSemaphore(value: 0), "b": DispatchSemaphore(value: 0)]

    func meet(as name: String) {
        places[name]?.signal()
        places[name == "a" ? "b" : "a"]?.wait()
    }
}
