import FoundationEssentials
package import JSON

/// Something that happened in a run, masked.
package struct RunEventRow: Hashable, Sendable {
    package let run: String
    /// From 1, without gaps.
    package let sequence: Int
    package let at: String
    package let type: String
    package let body: JSONValue
}

extension Records {
    /// Adds events in one transaction, behind those that are there. Besides the process that works on the run, whoever
    /// takes it over may write some.
    ///
    /// - Parameter mayBeKept: whether an earlier call with the same events may have added them; then they are looked for.
    package func append(
        events: [(at: String, type: String, body: JSONValue)], run: String, mayBeKept: Bool = false
    ) async throws {
        guard !events.isEmpty else { return }
        let row = RowLock(
            sql: "SELECT 1 AS found FROM run WHERE id = $1", arguments: [.text(run)], mode: .exclusive, missing: nil)
        try await write(in: home.eventDatabase, holding: row) { connection in
            let newest =
                try connection.row("SELECT MAX(sequence) AS newest FROM run_event WHERE run = $1", [.text(run)])?
                .optionalInteger("newest") ?? 0
            if mayBeKept, try connection.areKept(events, run: run) { return }
            let rows = events.enumerated().map { index, event -> [SQLValue] in
                [
                    .text(run), SQLValue(newest + index + 1), .text(event.at), .text(event.type),
                    .text(event.body.text),
                ]
            }
            // Many at once: each statement is a way to the server and back.
            for start in stride(from: 0, to: rows.count, by: 100) {
                try connection.insert(
                    Array(rows[start..<min(start + 100, rows.count)]),
                    columns: ["run", "sequence", "at", "type", "body"], into: "run_event")
            }
        }
    }

    /// The newest event's number; 0 when the run has none.
    package func newestEvent(of run: String) async throws -> Int {
        try await home.eventDatabase.read { connection in
            try connection.row("SELECT MAX(sequence) AS newest FROM run_event WHERE run = $1", [.text(run)])?
                .optionalInteger("newest") ?? 0
        }
    }

    /// The events of a run after one of them, in order, at most `limit`.
    package func events(run: String, after sequence: Int = 0, limit: Int = 10_000) async throws -> [RunEventRow] {
        try await home.eventDatabase.read { connection in
            try connection.rows(
                "SELECT * FROM run_event WHERE run = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
                [.text(run), SQLValue(sequence), SQLValue(limit)]
            ).map { row in
                RunEventRow(
                    run: run, sequence: try row.integer("sequence"), at: try row.text("at"),
                    type: try row.text("type"), body: try row.json("body"))
            }
        }
    }
}

extension SQLConnection {
    /// Whether events were added, of which all were, or none: the last of them tells.
    fileprivate func areKept(
        _ events: [(at: String, type: String, body: JSONValue)], run: String
    ) throws -> Bool {
        guard let last = events.last else { return false }
        return try row(
            "SELECT 1 AS found FROM run_event WHERE run = $1 AND at = $2 AND type = $3 AND body = $4",
            [.text(run), .text(last.at), .text(last.type), .text(last.body.text)]) != nil
    }
}
