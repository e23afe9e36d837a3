import FoundationEssentials

/// A stack as the database knows it.
package struct StackRow: Hashable, Sendable {
    package let id: String
    package let project: String
    package let name: String

    package init(id: String, project: String, name: String) {
        self.id = id
        self.project = project
        self.name = name
    }
}

extension Records {
    /// Calls a known stack by another name.
    package func rename(stack id: String, to name: String) async throws {
        try await write(about: id) { connection in
            try connection.execute("UPDATE stack SET name = $1 WHERE id = $2", [.text(name), .text(id)])
        }
    }

    /// The stack of that name in the project, which is registered under the id when there is none. Of several processes
    /// that meet a stack first, all get the same one.
    package func stack(named name: String, orFirst id: String) async throws -> StackRow {
        if let known = try await stack(named: name) { return known }
        let (now, project) = (timestamp, project)
        return try await write { connection in
            let inserted = try connection.execute(
                """
                INSERT INTO stack (id, project, name, created_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (project, name) DO NOTHING
                """, [.text(id), .text(project), .text(name), .text(now)])
            if inserted == 1 {
                try connection.execute("INSERT INTO stack_lock (stack, token) VALUES ($1, 0)", [.text(id)])
            }
            return try connection.stack(named: name, project: project)
                ?? StackRow(id: id, project: project, name: name)
        }
    }

    /// The stack of that name in the project, if it was ever registered.
    package func stack(named name: String) async throws -> StackRow? {
        try await database.read { [project] in try $0.stack(named: name, project: project) }
    }

    package func stack(id: String) async throws -> StackRow? {
        try await database.read { [project] connection in
            try connection.row(
                "SELECT id, project, name FROM stack WHERE id = $1 AND project = $2", [.text(id), .text(project)]
            ).map(StackRow.init)
        }
    }

    /// All stacks of the project, by name.
    package func stacks() async throws -> [StackRow] {
        try await database.read { [project] connection in
            try connection.rows(
                "SELECT id, project, name FROM stack WHERE project = $1 ORDER BY name", [.text(project)]
            ).map(StackRow.init)
        }
    }
}

extension SQLConnection {
    fileprivate func stack(named name: String, project: String) throws -> StackRow? {
        try row("SELECT id, project, name FROM stack WHERE project = $1 AND name = $2", [.text(project), .text(name)])
            .map(StackRow.init)
    }
}

extension StackRow {
    init(_ row: SQLRow) throws {
        self.init(id: try row.text("id"), project: try row.text("project"), name: try row.text("name"))
    }
}
