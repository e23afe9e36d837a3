import FoundationEssentials
package import JSON

extension Records {
    /// Records a new run before anything is done for it.
    package func begin(
        run id: String, stack: String, operation: RunOperation, origin: RunOrigin, process: JSONValue
    ) async throws {
        let now = timestamp
        try await write(about: stack) { connection in
            try connection.insert(run: id, stack, operation, origin, process: process, at: now)
        }
    }

    /// A run of the project.
    package func run(_ id: String) async throws -> RunRow? {
        try await database.read { [project] connection in
            try connection.row(
                "SELECT * FROM run WHERE id = $1 AND stack IN (SELECT id FROM stack WHERE project = $2)",
                [.text(id), .text(project)]
            ).map(RunRow.init)
        }
    }

    /// The oldest run that is kept of a stack.
    package func oldestRun(of stack: String) async throws -> RunRow? {
        try await database.read { connection in
            try connection.row("SELECT * FROM run WHERE stack = $1 ORDER BY created_at, id LIMIT 1", [.text(stack)])
                .map(RunRow.init)
        }
    }

    /// Newest first; of one stack, or of all.
    ///
    /// - Parameter without: runs that do this are left out.
    package func runs(
        stack: String? = nil, without operation: RunOperation? = nil, limit: Int
    ) async throws -> [RunRow] {
        try await database.read { [project] connection in
            // No run does nothing.
            let unwanted = SQLValue.text(operation?.rawValue ?? "")
            let rows =
                if let stack {
                    try connection.rows(
                        """
                        SELECT * FROM run WHERE stack = $1 AND operation <> $2
                        ORDER BY created_at DESC, id DESC LIMIT $3
                        """, [.text(stack), unwanted, SQLValue(limit)])
                } else {
                    try connection.rows(
                        """
                        SELECT * FROM run WHERE stack IN (SELECT id FROM stack WHERE project = $1) AND operation <> $2
                        ORDER BY created_at DESC, id DESC LIMIT $3
                        """, [.text(project), unwanted, SQLValue(limit)])
                }
            return try rows.map(RunRow.init)
        }
    }

    /// Runs that some process is, or was, at work on.
    package func activeRuns() async throws -> [RunRow] {
        try await database.read { [project] connection in
            try connection.rows(
                """
                SELECT * FROM run WHERE status IN ($1, $2, $3) AND stack IN (SELECT id FROM stack WHERE project = $4)
                ORDER BY created_at, id
                """, [RunStatus.queued, .planning, .applying].map { .text($0.rawValue) } + [.text(project)]
            ).map(RunRow.init)
        }
    }

    /// Where the run works, recorded before Terraform starts there.
    package func setWorkspace(_ path: String, run id: String, under lock: LockToken? = nil) async throws {
        try await write(aboutRun: id) { connection in
            if let lock { try connection.require(lock) }
            try connection.execute("UPDATE run SET workspace = $1 WHERE id = $2", [.text(path), .text(id)])
        }
    }

    /// Runs of a stack whose saved plans can still be applied.
    package func pendingRuns(stack: String) async throws -> [RunRow] {
        try await database.read { try $0.pendingRuns(stack: stack) }
    }
}

extension SQLConnection {
    /// Records a new run.
    ///
    /// - Parameter process: who works on it; nil when it is over before anybody can look.
    func insert(
        run id: String, _ stack: String, _ operation: RunOperation, _ origin: RunOrigin, process: JSONValue? = nil,
        at time: String
    ) throws {
        try execute(
            """
            INSERT INTO run (id, stack, operation, status, created_at, process, origin)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(id), .text(stack), .text(operation.rawValue), .text(RunStatus.queued.rawValue), .text(time),
                SQLValue(process?.text), .text(try text(origin)),
            ])
    }

    func pendingRuns(stack: String) throws -> [RunRow] {
        try rows(
            "SELECT * FROM run WHERE stack = $1 AND status IN ($2, $3) ORDER BY created_at, id",
            [.text(stack)] + [RunStatus.planned, .awaitingApproval].map { .text($0.rawValue) }
        ).map(RunRow.init)
    }
}

private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}
