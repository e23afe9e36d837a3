import Diagnostics
import Foundation
import GRDB
import Records
import SystemPackage
import Testing

@Suite struct NewerDatabaseTests {
    @Test func `a database that a newer program has written is refused by its version, and nothing is written`()
        async throws
    {
        try await withFolder { folder in
            let file = folder.appending("stack.db")
            _ = try await Records(sqliteAt: file, key: try makeKey())
            try await DatabaseQueue(path: file.string).write { database in
                try database.execute(sql: "INSERT INTO schema_version (version, applied_at) VALUES (99, 'tomorrow')")
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: file.string))
            let refusal = await #expect(throws: Diagnostic.self) {
                _ = try await Records(sqliteAt: file, key: try makeKey())
            }
            #expect(
                refusal?.message.hasPrefix("the database was written by a newer `stack` (its version is 99") == true)
            #expect(refusal?.hint == "Use the newer program; nothing was changed")
            #expect(try Data(contentsOf: URL(fileURLWithPath: file.string)) == before)
        }
    }

    /// A program that knows two versions cannot read a run that is a `state import`.
    @Test func `a database of the version before state imports is brought to one that its program refuses`()
        async throws
    {
        try await withFolder { folder in
            let file = folder.appending("stack.db")
            _ = try await Records(sqliteAt: file, key: try makeKey())
            let queue = try DatabaseQueue(path: file.string)
            try await queue.write { database in
                try database.execute(
                    sql: "DROP INDEX state_version_by_run; DELETE FROM schema_version WHERE version > 2")
            }
            let records = try await Records(sqliteAt: file, key: try makeKey())
            _ = try await records.stack(named: "dev", project: "project", orFirst: "dev")
            try await records.begin("run", .import)
            let versions = try await queue.read { database in
                try Int.fetchAll(database, sql: "SELECT version FROM schema_version ORDER BY version")
            }
            #expect(versions == [1, 2, 3])
        }
    }
}
