import JSON

/// What came of one stack in a command about many.
package enum GraphResult: String, Hashable, Sendable, Codable, CaseIterable {
    /// Nothing yet; or the command died before.
    case waiting
    /// When its plan was made, and the command was to make plans.
    case planned
    /// The same of a plan that can never be applied.
    case preview
    /// When its plan was applied to its end.
    case succeeded
    /// When there was nothing to do.
    case unchanged
    case failed
    /// When a stack that it waits for has failed, or everything was stopped.
    case skipped
    /// When a rule, or a person, did not let it be applied.
    case refused
    /// When its apply went on without this command.
    case detached

    /// Whether there is something left to do for it.
    package var isLeft: Bool {
        switch self {
        case .planned, .preview, .succeeded, .unchanged: false
        case .waiting, .failed, .skipped, .refused, .detached: true
        }
    }
}

/// What one command did with several stacks.
package struct GraphRunRow: Hashable, Sendable {
    package struct Stack: Hashable, Sendable {
        package let name: String
        package let result: GraphResult
        package let run: String?
        package let message: String?
    }

    package let id: String
    package let operation: String
    package let createdAt: String
    /// Nil while it is under way, or when its process died.
    package let endedAt: String?
    /// By name.
    package let stacks: [Stack]
}

extension Records {
    /// How many are kept.
    private static let keptGraphRuns = 50

    /// Records that a command begins to work on several stacks; the oldest such command is forgotten.
    package func begin(
        graphRun id: String, operation: String, origin: RunOrigin, stacks: [String]
    ) async throws {
        let now = timestamp
        try await write { [project] connection in
            try connection.execute(
                "INSERT INTO graph_run (id, project, operation, created_at, origin) VALUES ($1, $2, $3, $4, $5)",
                [.text(id), .text(project), .text(operation), .text(now), .text(try JSONValue(encoding: origin).text)])
            for stack in stacks {
                try connection.execute(
                    "INSERT INTO graph_run_stack (project, graph_run, stack, result) VALUES ($1, $2, $3, $4)",
                    [.text(project), .text(id), .text(stack), .text(GraphResult.waiting.rawValue)])
            }
            let old = try connection.rows(
                "SELECT id FROM graph_run WHERE project = $1 ORDER BY created_at DESC, id DESC", [.text(project)]
            ).dropFirst(Self.keptGraphRuns)
            for row in old {
                let id = SQLValue.text(try row.text("id"))
                try connection.execute(
                    "DELETE FROM graph_run_stack WHERE project = $1 AND graph_run = $2", [.text(project), id])
                try connection.execute("DELETE FROM graph_run WHERE id = $1", [id])
            }
        }
    }

    /// Records what came of stacks.
    package func record(_ results: [GraphRunRow.Stack], inGraphRun id: String) async throws {
        try await write { [project] connection in
            for stack in results {
                try connection.execute(
                    """
                    UPDATE graph_run_stack SET result = $1, run = $2, message = $3
                    WHERE project = $4 AND graph_run = $5 AND stack = $6
                    """,
                    [
                        .text(stack.result.rawValue), SQLValue(stack.run), SQLValue(stack.message), .text(project),
                        .text(id), .text(stack.name),
                    ])
            }
        }
    }

    /// Records that the command has come to its end.
    package func end(graphRun id: String) async throws {
        let now = timestamp
        try await write { connection in
            try connection.execute("UPDATE graph_run SET ended_at = $1 WHERE id = $2", [.text(now), .text(id)])
        }
    }

    /// The last command that did this with several stacks.
    package func newestGraphRun(of operation: String) async throws -> GraphRunRow? {
        try await database.read { [project] connection in
            guard
                let row = try connection.row(
                    """
                    SELECT * FROM graph_run WHERE project = $1 AND operation = $2
                    ORDER BY created_at DESC, id DESC LIMIT 1
                    """, [.text(project), .text(operation)])
            else { return nil }
            let id = try row.text("id")
            let stacks = try connection.rows(
                "SELECT * FROM graph_run_stack WHERE project = $1 AND graph_run = $2 ORDER BY stack",
                [.text(project), .text(id)])
            return GraphRunRow(
                id: id, operation: operation, createdAt: try row.text("created_at"),
                endedAt: try row.optionalText("ended_at"), stacks: try stacks.map(GraphRunRow.Stack.init))
        }
    }
}

extension GraphRunRow.Stack {
    /// A result that a newer program wrote counts as one with something left to do.
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            name: try row.text("stack"), result: GraphResult(rawValue: try row.text("result")) ?? .waiting,
            run: try row.optionalText("run"), message: try row.optionalText("message"))
    }

    package init(_ name: String, _ result: GraphResult, run: String? = nil, message: String? = nil) {
        self.init(name: name, result: result, run: run, message: message)
    }
}
