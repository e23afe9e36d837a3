import Diagnostics
import FoundationEssentials

/// The numbered `.sql` files of `Migrations/`, in order. A released one is never edited.
private let migrations = [
    PackageResources._01_first_sql, PackageResources._02_project_folder_sql, PackageResources._03_state_import_sql,
    PackageResources._04_shared_sql, PackageResources._05_graph_sql,
]

/// Brings the database up to this program's version.
///
/// - Throws: a `Diagnostic` when a newer program has been at it; nothing is written then.
func migrate(_ database: any SQLDatabase, now: String) async throws {
    let current = try await version(of: database)
    guard current != migrations.count else { return }
    guard current < migrations.count else { throw newerDatabase(current) }
    try await database.write(holding: []) { connection in
        try connection.lockSchema()
        // Another process may have been faster between the look above and the lock.
        let version = try appliedVersion(connection)
        guard version <= migrations.count else { throw newerDatabase(version) }
        if version == 0 {
            try connection.executeScript(
                "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, applied_at TEXT NOT NULL)")
        }
        for (number, script) in migrations.enumerated().dropFirst(version) {
            try connection.executeScript(String(decoding: script, as: UTF8.self))
            try connection.execute(
                "INSERT INTO schema_version (version, applied_at) VALUES ($1, $2)", [SQLValue(number + 1), .text(now)])
        }
    }
}

private func version(of database: any SQLDatabase) async throws -> Int {
    try await database.read(appliedVersion)
}

/// 0 for a new database.
private func appliedVersion(_ connection: any SQLConnection) throws -> Int {
    guard try connection.hasTable("schema_version") else { return 0 }
    return try connection.row("SELECT COALESCE(MAX(version), 0) AS version FROM schema_version", [])?
        .integer("version") ?? 0
}

private func newerDatabase(_ version: Int) -> Diagnostic {
    .error(
        "the database was written by a newer `stack` (its version is \(version), this program knows \(migrations.count))",
        hint: "Use the newer program; nothing was changed")
}
