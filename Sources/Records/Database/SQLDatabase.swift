import Diagnostics

/// A connection inside a transaction. Statements are raw SQL in the part that SQLite and PostgreSQL share, with
/// parameters `$1`, `$2`, … in the order of their first use.
protocol SQLConnection {
    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int
    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow]
    /// Runs several statements without parameters: a migration.
    func executeScript(_ sql: String) throws

    // What the two have no common SQL for.

    func hasTable(_ name: String) throws -> Bool
    /// The database's own clock, in milliseconds since 1970: the one clock that all who share it agree on.
    func clock() throws -> Int
    /// Holds off everybody else who wants to change the schema, until the transaction ends.
    func lockSchema() throws
}

extension SQLConnection {
    func row(_ sql: String, _ arguments: [SQLValue]) throws -> SQLRow? { try rows(sql, arguments).first }

    /// Adds rows in one statement.
    func insert(_ rows: [[SQLValue]], columns: [String], into table: String) throws {
        let places = rows.indices.map { row in
            "(" + columns.indices.map { "$\(row * columns.count + $0 + 1)" }.joined(separator: ", ") + ")"
        }
        try execute(
            "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES \(places.joined(separator: ", "))",
            rows.flatMap(\.self))
    }
}

/// A row that a writing transaction holds from its beginning to its end.
struct RowLock: Sendable {
    enum Mode: Sendable {
        /// Others may hold it so, too.
        case shared
        /// Nobody else may write it; rows that refer to it may be.
        case exclusive
        /// Nobody else may hold it in any way.
        case alone
    }

    /// Selects the row.
    let sql: String
    let arguments: [SQLValue]
    let mode: Mode
    /// Thrown when there is no such row; nil when that is the transaction's own affair.
    let missing: (any Error)?
}

/// An engine.
///
/// Nobody else writes what a writing transaction is about until it is over, so a check made in one still holds at its
/// end: SQLite has one writer at a time, PostgreSQL holds the rows that the transaction names. A body may be run again
/// when the connection broke before anything of it was kept; it changes nothing but the database.
protocol SQLDatabase: Sendable {
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    @discardableResult
    func write<Value: Sendable>(
        holding locks: [RowLock], _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Ends the connection. The next transaction opens another one, where the engine can.
    func close() async throws
}
