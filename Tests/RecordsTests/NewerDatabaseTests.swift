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
}
