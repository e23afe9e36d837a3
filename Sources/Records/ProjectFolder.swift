extension RecordsDatabase {
    /// Remembers that a folder holds a project.
    package func remember(project: String, in folder: String, of host: String) async throws {
        guard try await self.project(in: folder, of: host) != project else { return }
        try await database.write(holding: []) { connection in
            try connection.execute(
                """
                INSERT INTO project_folder (host, folder, project) VALUES ($1, $2, $3)
                ON CONFLICT (host, folder) DO UPDATE SET project = excluded.project
                """, [.text(host), .text(folder), .text(project)])
        }
    }

    /// The project that a folder held when it was last used; nil when it is not known here.
    package func project(in folder: String, of host: String) async throws -> String? {
        try await database.read { connection in
            try connection.row(
                "SELECT project FROM project_folder WHERE host = $1 AND folder = $2", [.text(host), .text(folder)]
            )?.text("project")
        }
    }

    /// The projects that something is kept of.
    ///
    /// - Parameter fingerprint: of the key that they are sealed with; nil for any.
    package func projects(sealedWith fingerprint: String? = nil) async throws -> [String] {
        let condition = fingerprint == nil ? "" : "WHERE key_fingerprint = $1"
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT DISTINCT project FROM stack
                WHERE project IN (SELECT id FROM project \(condition)) ORDER BY project
                """, fingerprint.map { [.text($0)] } ?? []
            ).map { try $0.text("project") }
        }
    }

    /// The fingerprint of the key that a project is sealed with; nil when the project is not known here.
    package func keyFingerprint(of project: String) async throws -> String? {
        try await database.read { try $0.project(project)?.keyFingerprint }
    }
}
