import Diagnostics
package import FoundationEssentials

/// The sealed things that belong to a run.
package enum RunArtifact: String, Hashable, Sendable, CaseIterable {
    /// Terraform's own plan file.
    case planFile = "plan file"
    /// What planning made in the workspace.
    case files = "files"
    /// The plan as it was shown, redacted.
    case view = "view"
    /// The secret values that its output is masked by; after an apply, those of the state that it left.
    case secrets = "secrets"
}

extension Records {
    /// What was sealed with a run's plan; nil when the run has none of that kind.
    package func artifact(_ kind: RunArtifact, run id: String) async throws -> Data? {
        let chunks = try await database.read { connection in
            try connection.rows(
                "SELECT sealed FROM run_artifact WHERE run = $1 AND kind = $2 ORDER BY part",
                [.text(id), .text(kind.rawValue)]
            ).map { try $0.data("sealed") }
        }
        guard !chunks.isEmpty else { return nil }
        return try opened(chunks, names: ["artifact", id, kind.rawValue], what: "the \(kind.rawValue) of run `\(id)`")
    }

    /// Puts another content in the place of what was sealed with a run.
    ///
    /// - Parameter lock: what has to be held; nil for what no lock protects.
    /// - Throws: a `Diagnostic` when the lock was lost.
    package func replaceArtifact(
        _ kind: RunArtifact, with data: Data, run id: String, under lock: LockToken? = nil
    ) async throws {
        let chunks = try sealed(data, names: ["artifact", id, kind.rawValue])
        try await write(aboutRun: id) { connection in
            if let lock { try connection.require(lock) }
            try connection.execute(
                "DELETE FROM run_artifact WHERE run = $1 AND kind = $2", [.text(id), .text(kind.rawValue)])
            try connection.insert(chunks, kind, run: id)
        }
    }
}

extension SQLConnection {
    func insert(_ chunks: [Data], _ kind: RunArtifact, run: String) throws {
        for (part, chunk) in chunks.enumerated() {
            try execute(
                "INSERT INTO run_artifact (run, kind, part, sealed) VALUES ($1, $2, $3, $4)",
                [.text(run), .text(kind.rawValue), SQLValue(part), .blob(chunk)])
        }
    }
}
