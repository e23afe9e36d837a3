import Foundation
import RecordsTestSupport
import Testing

@testable import Records

@Suite struct MovingRefusalTests {
    @Test func `a target with records of its own, an unknown project and another key are refused, and nothing changes`()
        async throws
    {
        try await withSides { source, target in
            #expect(
                await failure { _ = try await move(source, target).carryOut() }
                    == "`source` holds nothing of this project")
            try await source.records().fill("dev")
            #expect(
                await failure { _ = try await move(source, target, key: try makeKey(8)).carryOut() }?
                    .hasPrefix("the key has the fingerprint `") == true)
            try await target.records().fill("dev", prefix: "elsewhere-")
            #expect(
                await failure { _ = try await move(source, target).carryOut() }
                    == "`target` holds records of this project already, of `dev` and perhaps others, that are not "
                    + "those of here")
            #expect(try await source.records().state(of: "dev") == Data("state".utf8))
            #expect(try await target.records().stacks().map(\.id) == ["elsewhere-dev"])
        }
    }

    @Test func `a target that has only been looked at is moved to, one that seals with another key is not`()
        async throws
    {
        try await withSides { source, target in
            try await source.records().fill("dev")
            _ = try await target.database.records(of: "project", sealedWith: try makeKey(8))
            #expect(
                await failure { _ = try await move(source, target).carryOut() }?
                    .contains("but the records are sealed with `") == true)
        }
        try await withSides { source, target in
            try await source.records().fill("dev")
            #expect(try await target.records().stacks().isEmpty)
            #expect(try await move(source, target).carryOut()?.stacks == 1)
        }
    }

    @Test func `a target that does not give back what it was given is noticed, and the source is used on`() async throws
    {
        try await withTestDatabase(.sqlite) { old in
            try await withTestDatabase(.sqlite) { new in
                let source = ProjectMove.Side(try await old.open(), place: "source")
                let target = ProjectMove.Side(try await new.open(), place: "target")
                let records = try await source.records()
                try await records.fill("dev")
                try await new.run(
                    """
                    CREATE TRIGGER forgetful AFTER INSERT ON run_event WHEN NEW.sequence = 2
                    BEGIN DELETE FROM run_event WHERE run = NEW.run AND sequence = 2; END
                    """)
                #expect(
                    await failure { _ = try await move(source, target).carryOut() }
                        == "what was copied of the stack `dev` is not what was read")
                try await records.work(on: "dev", run: "dev-3")
                try await new.run("DROP TRIGGER forgetful")
                #expect(try await move(source, target).carryOut()?.runs == 3)
            }
        }
    }

    @Test func `every table is moved, or belongs to no project`() async throws {
        try await withTestDatabase(.sqlite) { database in
            try await database.open().close()
            let tables = try await database.run("SELECT name FROM sqlite_schema WHERE type = 'table'")
                .split(separator: "\n").map(String.init)
            let moved = (MovedTable.ofStack + MovedTable.ofProject).map(\.name)
            #expect(Set(tables) == Set(moved + ["project_folder", "store", "schema_version"]))
        }
    }

    @Test func `rows with the same letters in other places have another digest`() throws {
        func digest(_ rows: [[String: SQLValue]], of table: String = "run") -> String {
            var digest = RecordsDigest()
            for row in rows { digest.add(SQLRow(columns: row), of: table) }
            return digest.hexadecimal
        }
        let variants = [
            digest([]), digest([["a": "xy", "b": ""]]), digest([["a": "x", "b": "y"]]), digest([["a": "", "b": "xy"]]),
            digest([["a": "xy", "b": nil]]), digest([["a": 1, "b": nil]]), digest([["a": "1", "b": nil]]),
            digest([["a": .blob(Data("1".utf8)), "b": nil]]), digest([["a": "x"], ["b": "y"]]),
            digest([["a": "1", "b": nil]], of: "stack"),
        ]
        #expect(Set(variants).count == variants.count)
    }
}
