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
        try await database.write { connection in
            try connection.execute("UPDATE stack SET name = $1 WHERE id = $2", [.text(name), .text(id)])
        }
    }

    /// The stack of that name in the project, which is registered under the id when there is none. Of several processes
    /// that meet a stack first, all get the same one.
    package func stack(named name: String, project: String, orFirst id: String) async throws -> StackRow {
        if let known = try await stack(named: name, project: project) { return known }
        let now = timestamp
        return try await database.write { connection in
            if let known = try connection.stack(named: name, project: project) { return known }
            try connection.execute(
                "INSERT INTO stack (id, project, name, created_at) VALUES ($1, $2, $3, $4)",
                [.text(id), .text(project), .text(name), .text(now)])
            try connection.execute("INSERT INTO stack_lock (stack, token) VALUES ($1, 0)", [.text(id)])
            return StackRow(id: id, project: project, name: name)
        }
    }

    /// The stack of that name in the project, if it was ever registered.
    package func stack(named name: String, project: String) async throws -> StackRow? {
        try await database.read { try $0.stack(named: name, project: project) }
    }

    package func stack(id: String) async throws -> StackRow? {
        try await database.read { connection in
            try connection.row("SELECT id, project, name FROM stack WHERE id = $1", [.text(id)]).map(StackRow.init)
        }
    }

    /// All stacks of the project, by name.
    package func stacks(project: String) async throws -> [StackRow] {
        try await database.read { connection in
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
