import Cryptography
import Foundation
import JSON
import Records
import RecordsTestSupport
import Testing

/// What somebody with the database can do with what is sealed in it.
struct SealingTests {
    @Test(arguments: Engine.allCases)
    func `a state and a plan are nowhere in clear in the files or in a dump of the database`(
        engine: Engine
    ) async throws {
        try await withRecords(engine) { records, database in
            let canary = "correct-horse-battery-staple"
            try await records.addGenesis(version(canary + "genesis"), stack: "dev")
            try await records.plan("run-1")
            try await records.replaceArtifact(.planFile, with: Data(canary.utf8), run: "run-1")
            let lock = try await records.lock("run-1")
            try await records.consumePlan(lock: lock, process: [:])
            try await records.takeIn(version(canary), lock: lock)

            let newest = try #require(try await records.state(writtenBy: "run-1", stack: "dev"))
            #expect(try await records.bytes(of: newest) == Data(canary.utf8))
            let contents = try await database.contents()
            #expect(contents.range(of: Data("horse-battery".utf8)) == nil)
            #expect(contents.range(of: Data("run-1".utf8)) != nil, "the search finds what is there")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a version that was put in another one's place does not open`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.apply("run-1", content: "second")
            try await database.run(
                """
                CREATE TEMP TABLE kept AS SELECT sealed FROM state_chunk WHERE sequence = 1;
                UPDATE state_chunk SET sealed = (SELECT sealed FROM kept) WHERE sequence = 2;
                """)
            let newest = try #require(try await records.newestSettledState(of: "dev"))
            #expect(
                await failure { _ = try await records.bytes(of: newest) }?.hasPrefix(
                    "version 2 of the state cannot be opened") == true)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a version that was given to another run, lineage or stack does not open`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            _ = try await records.stack(named: "prod", orFirst: "prod")
            try await records.addGenesis(version("first"), stack: "dev")
            try await records.apply("run-1", content: "second")
            try await records.begin("run-2")
            for change in [
                "run = 'run-2'", "lineage = 'other'", "stack = 'prod'",
            ] {
                try await database.run(
                    """
                    CREATE TEMP TABLE kept AS SELECT * FROM state_version WHERE sequence = 2;
                    CREATE TEMP TABLE chunks AS SELECT * FROM state_chunk WHERE sequence = 2;
                    UPDATE kept SET sequence = 9; UPDATE chunks SET sequence = 9;
                    UPDATE kept SET \(change);
                    UPDATE chunks SET \(change.hasPrefix("stack") ? change : "part = part");
                    DELETE FROM state_chunk WHERE sequence = 9; DELETE FROM state_version WHERE sequence = 9;
                    INSERT INTO state_version SELECT * FROM kept;
                    INSERT INTO state_chunk SELECT * FROM chunks;
                    """, checkingReferences: false)
                let stack = change.hasPrefix("stack") ? "prod" : "dev"
                let moved = try #require(try await records.stateVersions(of: stack).first { $0.sequence == 9 })
                #expect(await failure { _ = try await records.bytes(of: moved) } != nil, "\(change)")
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `another key opens nothing and says which key is wanted`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            try await records.addGenesis(version("first"), stack: "dev")
            let other = try makeKey(9)
            let message = await failure { _ = try await database.records(key: other) }
            #expect(
                message
                    == "the key has the fingerprint `\(other.fingerprint)`, but the records are sealed with "
                    + "`\(try makeKey().fingerprint)`")
        }
    }

    @Test(arguments: Engine.allCases)
    func `a large state is kept in chunks and comes back whole`(engine: Engine) async throws {
        try await withRecords(engine) { records, database in
            var generator = SystemRandomNumberGenerator()
            let text = String((0..<400_000).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "0" })
            let large = String(repeating: text, count: 1) + UUID().uuidString
            let bytes = Data((0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
            let genesis = NewStateVersion(
                bytes: bytes + Data(large.utf8), lineage: "lineage", serial: 0, terraformVersion: "1", resources: 0)
            try await records.addGenesis(genesis, stack: "dev")
            let kept = try #require(try await records.newestSettledState(of: "dev"))
            #expect(try await records.bytes(of: kept) == genesis.bytes)
            #expect(try await database.run("SELECT COUNT(*) FROM state_chunk") == "4")
        }
    }
}
