package import Cryptography
package import Foundation
import GRDB
package import Records
package import SystemPackage
import TestSupport

/// A fresh database of a test's own.
package struct TestDatabase: Sendable {
    package enum Place: Sendable {
        case file(FilePath)
        /// The URL of a database of the server that all tests of a process share.
        case server(String)
    }

    package let place: Place

    package init(place: Place) { self.place = place }

    /// The URL of a database of the server.
    package var url: String {
        get throws {
            guard case .server(let url) = place else { throw Timeout("a file has no URL") }
            return url
        }
    }

    /// Opens it once more: what another process would do.
    package func open(
        patience: Duration = .seconds(15), now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> RecordsDatabase {
        switch place {
        case .file(let file): try await RecordsDatabase(sqliteAt: file, now: now)
        case .server(let url): try await RecordsDatabase(postgres: url, patience: patience, now: now)
        }
    }

    /// The records of a project, through connections of their own.
    package func records(
        of project: String = "project", key: SealingKey? = nil, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws -> Records {
        try await open(now: now).records(of: project, sealedWith: key ?? makeKey())
    }

    /// Runs statements past the program, as somebody would who tampers with what is kept. They are in the part of SQL that
    /// both engines share.
    ///
    /// - Parameter isChecked: whether rows may only refer to what there is.
    /// - Returns: the rows: a line for each, with bars between its columns.
    @discardableResult
    package func run(_ sql: String, checkingReferences isChecked: Bool = true) async throws -> String {
        switch place {
        case .file(let file):
            return try await DatabaseQueue(path: file.string).writeWithoutTransaction { database in
                if !isChecked { try database.execute(sql: "PRAGMA foreign_keys = OFF") }
                return try database.rows(of: sql).joined(separator: "\n")
            }
        case .server(let url):
            let prefix = isChecked ? "" : "SET session_replication_role = replica;"
            return try await PostgresServer.shared().run(sql: prefix + sql, in: url)
        }
    }

    /// Everything that whoever has the files, or a dump, can read.
    package func contents() async throws -> Data {
        switch place {
        case .file(let file):
            return ["", "-wal"].reduce(into: Data()) {
                $0 += FileManager.default.contents(atPath: file.string + $1) ?? Data()
            }
        case .server:
            let tables = try await run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            let dump = tables.split(separator: "\n").map { "SELECT CAST(t AS TEXT) FROM \($0) t;" }
            return Data(try await run("SET bytea_output = 'escape';" + dump.joined()).utf8)
        }
    }
}

extension Database {
    fileprivate func rows(of sql: String) throws -> [String] {
        var lines: [String] = []
        let statements = try allStatements(sql: sql)
        while let statement = try statements.next() {
            lines += try Row.fetchAll(statement).map { row in
                row.map { String.fromDatabaseValue($0.1) ?? Int64.fromDatabaseValue($0.1).map { "\($0)" } ?? "" }
                    .joined(separator: "|")
            }
        }
        return lines
    }
}

/// Gives the body a database in which nothing is, and removes it afterwards.
package func withTestDatabase<Value>(
    _ engine: Engine, _ body: (TestDatabase) async throws -> Value
) async throws -> Value {
    switch engine {
    case .sqlite:
        try await withFolder { try await body(TestDatabase(place: .file($0.appending("stack.db")))) }
    case .postgres:
        try await withDatabase { try await body(TestDatabase(place: .server($0))) }
    }
}

/// Gives the body a new folder, and removes it afterwards.
package func withFolder<Value>(_ body: (FilePath) async throws -> Value) async throws -> Value {
    let path = FilePath(FileManager.default.temporaryDirectory.path).appending("records-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path.string) }
    return try await body(path)
}

/// - Parameter byte: what makes it another key than the others.
package func makeKey(_ byte: UInt8 = 7) throws -> SealingKey {
    try SealingKey(base64: Data(repeating: byte, count: 32).base64EncodedString(), source: "the test")
}
