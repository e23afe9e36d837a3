import Diagnostics
import FoundationEssentials
package import JSON

/// A cluster record as the database knows it; what the record says is `Fleet`'s.
package struct ClusterRow: Hashable, Sendable {
    package let handle: String
    package let stack: String
    package let record: JSONValue
    package let run: String
    package let updatedAt: String
    package let goneAt: String?
}

/// One entry of a cluster's history.
package struct ClusterHistoryRow: Hashable, Sendable {
    package let sequence: Int
    package let at: String
    package let run: String
    /// What happened: `registered`, `updated`, `gone`.
    package let change: String
    package let record: JSONValue
}

extension Records {
    /// Writes a record, and a history entry when there is something to tell. What says what it said before was not
    /// updated: only the run that saw it last is another.
    ///
    /// - Parameter change: what happened (`registered`, `updated`, `gone`); nil when the record says what it said before.
    /// - Throws: a `Diagnostic` when the handle belongs to another stack's cluster, or the lock was lost.
    package func putCluster(
        handle: String, stack: String, record: JSONValue, change: String?, lock: LockToken
    ) async throws {
        let (now, run, project) = (timestamp, lock.run, project)
        try await write(about: stack) { connection in
            try connection.require(lock)
            let changed = try connection.execute(
                """
                INSERT INTO cluster (project, handle, stack, record, run, updated_at, gone_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (project, handle) DO UPDATE SET
                stack = excluded.stack, record = excluded.record, run = excluded.run,
                updated_at = CASE WHEN $8 = 1 THEN excluded.updated_at ELSE cluster.updated_at END,
                gone_at = excluded.gone_at
                WHERE cluster.stack = excluded.stack OR cluster.gone_at IS NOT NULL
                """,
                [
                    .text(project), .text(handle), .text(stack), .text(record.text), .text(run), .text(now),
                    change == "gone" ? .text(now) : .null, SQLValue(change != nil),
                ])
            guard changed == 1 else {
                throw Diagnostic.error(
                    "the handle `\(handle)` belongs to a cluster of another stack",
                    hint: "Give one of them another `spec.cluster.handle`")
            }
            if let change { try connection.addHistory(handle, project, run, change, record, now) }
        }
    }

    package func clusters() async throws -> [ClusterRow] {
        try await database.read { [project] connection in
            try connection.rows("SELECT * FROM cluster WHERE project = $1 ORDER BY handle", [.text(project)])
                .map(ClusterRow.init)
        }
    }

    package func clusterHistory(handle: String) async throws -> [ClusterHistoryRow] {
        try await database.read { [project] connection in
            try connection.rows(
                "SELECT * FROM cluster_history WHERE project = $1 AND handle = $2 ORDER BY sequence",
                [.text(project), .text(handle)]
            ).map { row in
                ClusterHistoryRow(
                    sequence: try row.integer("sequence"), at: try row.text("at"), run: try row.text("run"),
                    change: try row.text("change"), record: try row.json("record"))
            }
        }
    }
}

extension SQLConnection {
    fileprivate func addHistory(
        _ handle: String, _ project: String, _ run: String, _ change: String, _ record: JSONValue, _ time: String
    ) throws {
        try execute(
            """
            INSERT INTO cluster_history (project, handle, sequence, at, run, change, record)
            SELECT $1, $2, COALESCE(MAX(sequence), 0) + 1, $3, $4, $5, $6
            FROM cluster_history WHERE project = $1 AND handle = $2
            """,
            [.text(project), .text(handle), .text(time), .text(run), .text(change), .text(record.text)])
    }
}

extension ClusterRow {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            handle: try row.text("handle"), stack: try row.text("stack"),
            record: try row.json("record"), run: try row.text("run"),
            updatedAt: try row.text("updated_at"), goneAt: try row.optionalText("gone_at"))
    }
}
