import Diagnostics
import Foundation
import Records
import RecordsTestSupport
import Testing

@Suite struct NewerDatabaseTests {
    @Test(arguments: Engine.allCases)
    func `a database that a newer program has written is refused by its version, and nothing is written`(
        engine: Engine
    ) async throws {
        try await withTestDatabase(engine) { database in
            try await database.open().close()
            try await database.run("INSERT INTO schema_version (version, applied_at) VALUES (99, 'tomorrow')")
            let before = try await database.contents()
            let refusal = await #expect(throws: Diagnostic.self) { _ = try await database.open() }
            #expect(
                refusal?.message.hasPrefix("the database was written by a newer `stack` (its version is 99") == true)
            #expect(refusal?.hint == "Use the newer program; nothing was changed")
            #expect(try await database.contents() == before)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a database of an older program is brought up to date with all that it holds`(engine: Engine) async throws {
        try await withTestDatabase(engine) { database in
            let old = try await database.records()
            _ = try await old.stack(named: "dev", orFirst: "dev")
            try await old.addGenesis(version("first"), stack: "dev")
            // As the second version left it: a program that knows no `state import` cannot read the third.
            try await database.run(
                """
                DROP TABLE graph_run_stack;
                DROP TABLE graph_run;
                DROP TABLE drift;
                ALTER TABLE store ADD COLUMN key_fingerprint TEXT NOT NULL DEFAULT '';
                UPDATE store SET key_fingerprint = (SELECT key_fingerprint FROM project);
                DROP TABLE project;
                ALTER TABLE stack_lock DROP COLUMN renewed_at;
                ALTER TABLE stack_lock DROP COLUMN expires_at;
                ALTER TABLE stack_lock DROP COLUMN phase;
                DROP INDEX run_by_age;
                DROP INDEX cluster_by_stack;
                ALTER TABLE run DROP COLUMN applied_at;
                DROP INDEX state_version_by_run;
                DELETE FROM schema_version WHERE version > 2
                """)
            #expect(await failure { _ = try await database.records(key: try makeKey(9)) } != nil)
            let records = try await database.records()
            try await records.begin("run", .import)
            let kept = try #require(try await records.newestSettledState(of: "dev"))
            #expect(try await records.bytes(of: kept) == Data("first".utf8))
            #expect(try await database.run("SELECT version FROM schema_version ORDER BY version") == "1\n2\n3\n4\n5")
        }
    }
}
