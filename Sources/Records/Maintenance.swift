import Diagnostics
import Files
package import SystemPackage

extension RecordsDatabase {
    /// What is wrong with the database file, in SQLite's words; empty when nothing is, or when it is no file.
    package func integrityProblems() async throws -> [String] { try await file?.integrityProblems() ?? [] }

    /// Whether a file is no database, or a page of it is damaged; not whether it can be opened.
    package static func isDamaged(sqliteAt path: FilePath) async -> Bool { await SQLiteDatabase.isDamaged(at: path) }

    /// Writes a copy of everything to a new file (0600), whole or not at all, while others may be at work. The key is not
    /// in it.
    ///
    /// - Throws: a `Diagnostic` when the file is there already, or cannot be written, or the database is a server.
    package func backup(to path: FilePath) async throws {
        guard let file else {
            throw Diagnostic.error(
                "the records are kept in `\(server ?? "a server")`, which is backed up as a whole",
                hint: "Take its backups with the server's own tools; "
                    + "`stack database migrate` moves this project back to its file")
        }
        guard !exists(path) else {
            throw Diagnostic.error(
                "`\(path)` is there already", hint: "Name another file: a backup is never overwritten", outcome: .usage)
        }
        let fresh = FilePath("\(path).\(UInt64.random(in: .min ... .max)).new")
        do {
            try await file.copy(to: fresh)
            try putInPlace(fresh, at: path)
        } catch {
            try? removeTree(fresh)
            throw error
        }
    }

    /// How much is kept, of one project or of all: stacks, versions of their states, and when the newest run began.
    package func extent(of project: String? = nil) async throws -> StoreExtent {
        let stacks = "SELECT id FROM stack" + (project == nil ? "" : " WHERE project = $1")
        return try await database.read { connection in
            let row = try connection.row(
                """
                SELECT (SELECT COUNT(*) FROM stack WHERE id IN (\(stacks))) AS stacks,
                (SELECT COUNT(*) FROM state_version WHERE stack IN (\(stacks))) AS versions,
                (SELECT MAX(created_at) FROM run WHERE stack IN (\(stacks))) AS newest
                """, project.map { [.text($0)] } ?? [])
            return StoreExtent(
                stacks: try row?.integer("stacks") ?? 0, versions: try row?.integer("versions") ?? 0,
                newestRun: try row?.optionalText("newest"))
        }
    }
}

/// How much a database holds, for people who have to choose between two.
package struct StoreExtent: Hashable, Sendable {
    package let stacks: Int
    package let versions: Int
    /// When it was recorded, as it is stored; nil when there was none.
    package let newestRun: String?
}

extension StoreExtent: CustomStringConvertible {
    package var description: String {
        "\(stacks) \(stacks == 1 ? "stack" : "stacks") with \(versions) versions of states"
            + (newestRun.map { ", the newest run of \($0)" } ?? "")
    }
}
