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
            _ = try await openRecords(at: file)
            try await DatabaseQueue(path: file.string).write { database in
                try database.execute(sql: "INSERT INTO schema_version (version, applied_at) VALUES (99, 'tomorrow')")
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: file.string))
            let refusal = await #expect(throws: Diagnostic.self) {
                _ = try await openRecords(at: file)
            }
            #expect(
                refusal?.message.hasPrefix("the database was written by a newer `stack` (its version is 99") == true)
            #expect(refusal?.hint == "Use the newer program; nothing was changed")
            #expect(try Data(contentsOf: URL(fileURLWithPath: file.string)) == before)
        }
    }

    @Test func `a database of an older program is brought up to date with all that it holds`() async throws {
        try await withFolder { folder in
            let file = folder.appending("stack.db")
            let old = try await openRecords(at: file)
            _ = try await old.stack(named: "dev", orFirst: "dev")
            try await old.addGenesis(version("first"), stack: "dev")
            // As the second version left it: a program that knows no `state import` cannot read the third.
            let queue = try DatabaseQueue(path: file.string)
            try await queue.write { database in
                try database.execute(
                    sql: """
                        ALTER TABLE store ADD COLUMN key_fingerprint TEXT NOT NULL DEFAULT '';
                        UPDATE store SET key_fingerprint = (SELECT key_fingerprint FROM project);
                        DROP TABLE project;
                        ALTER TABLE stack_lock DROP COLUMN renewed_at;
                        ALTER TABLE stack_lock DROP COLUMN expires_at;
                        ALTER TABLE stack_lock DROP COLUMN phase;
                        DROP INDEX state_version_by_run;
                        DELETE FROM schema_version WHERE version > 2
                        """)
            }
            #expect(await failure { _ = try await openRecords(at: file, key: try makeKey(9)) } != nil)
            let records = try await openRecords(at: file)
            try await records.begin("run", .import)
            let kept = try #require(try await records.newestSettledState(of: "dev"))
            #expect(try await records.bytes(of: kept) == Data("first".utf8))
            let versions = try await queue.read { database in
                try Int.fetchAll(database, sql: "SELECT version FROM schema_version ORDER BY version")
            }
            #expect(versions == [1, 2, 3, 4])
        }
    }
}
