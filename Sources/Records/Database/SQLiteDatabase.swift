import Diagnostics
import FoundationEssentials
import GRDB
import Glibc
import SystemPackage

/// SQLite in one file, shared by several processes of this machine.
///
/// WAL lets readers and one writer work side by side. `synchronous=FULL` makes a commit survive a power cut; the
/// connection that writes events does without, because an event that is lost takes no resource with it.
struct SQLiteDatabase: SQLDatabase {
    private let queue: DatabaseQueue
    private let path: FilePath
    private let now: @Sendable () -> Date

    /// How long a statement waits for another process before it gives up; far longer than any transaction of ours.
    private static let busyTimeout: Double = 30

    /// - Parameter isNew: makes the file, which must not be there.
    /// - Throws: a `Diagnostic` when the file cannot be opened or is no database; an empty one is none.
    init(
        at path: FilePath, durable: Bool, isNew: Bool = false, now: @escaping @Sendable () -> Date = { Date() }
    ) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Self.busyTimeout)
        configuration.foreignKeysEnabled = true
        configuration.label = "stack"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = \(durable ? "FULL" : "NORMAL")")
        }
        self.path = path
        self.now = now
        if isNew {
            // Made by SQLite itself it would be readable by all; its `-wal` and `-shm` take over the mode.
            try makeEmptyFile(path)
        } else if fileSize(path) == 0 {
            // For SQLite that is a new one.
            throw isCutShort(path)
        }
        do {
            queue = try DatabaseQueue(path: path.string, configuration: configuration)
        } catch let error as DatabaseError {
            throw diagnostic(for: error, at: path)
        }
    }

    /// Whether SQLite itself calls a page of the file damaged, or the file no database, or it is empty.
    static func isDamaged(at path: FilePath) async -> Bool {
        guard fileSize(path) != 0 else { return true }
        do {
            let queue = try DatabaseQueue(path: path.string)
            defer { try? queue.close() }
            return try await queue.read { try String.fetchOne($0, sql: "PRAGMA integrity_check(1)") } != "ok"
        } catch let error as DatabaseError {
            return [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        } catch {
            return false
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await translatingErrors { try await queue.read { try body(SQLiteConnection(database: $0, now: now)) } }
    }

    func write<Value: Sendable>(
        holding locks: [RowLock], _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await translatingErrors {
            try await queue.writeWithoutTransaction { database in
                var result: Value?
                try database.inTransaction(.immediate) {
                    let connection = SQLiteConnection(database: database, now: now)
                    // The transaction holds everything; there has to be what it wants to hold.
                    for lock in locks {
                        if let missing = lock.missing, try connection.row(lock.sql, lock.arguments) == nil {
                            throw missing
                        }
                    }
                    result = try body(connection)
                    return .commit
                }
                guard let result else { throw DatabaseError(message: "the transaction made no result") }
                return result
            }
        }
    }

    /// Brings what was written into the file itself, as far as nobody reads what was there before. Until then it stands
    /// in a second file, and is gone with that one.
    func checkpoint() async throws {
        _ = try await translatingErrors {
            try await queue.writeWithoutTransaction { try $0.checkpoint(.passive) }
        }
    }

    /// What SQLite finds wrong with the file; empty when nothing is.
    func integrityProblems() async throws -> [String] {
        try await translatingErrors {
            try await queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(10)") }.filter { $0 != "ok" }
        }
    }

    /// Looks at some tables and their indexes, all of them: a page that is another's gives no error, but fewer rows.
    ///
    /// - Throws: a `Diagnostic` when one of them is damaged.
    func requireSound(tables: [String]) async throws {
        let problems = try await translatingErrors {
            try await queue.read { database in
                try tables.flatMap { try String.fetchAll(database, sql: "PRAGMA integrity_check(\($0))") }
            }.filter { $0 != "ok" }
        }
        if let first = problems.first { throw damage(path, first) }
    }

    /// Writes all of it to a new file, while others go on reading and writing.
    func copy(to file: FilePath) async throws {
        let copy = try SQLiteDatabase(at: file, durable: true, isNew: true)
        try await translatingErrors { try queue.backup(to: copy.queue) }
        try copy.close()
    }

    /// Ends the connection; the last one to do so leaves nothing but the file itself.
    func close() throws { try queue.close() }

    private func translatingErrors<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw diagnostic(for: error, at: path)
        }
    }
}

private struct SQLiteConnection: SQLConnection {
    let database: Database
    let now: @Sendable () -> Date

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        let statement = try database.cachedStatement(sql: sql)
        try statement.execute(arguments: StatementArguments(arguments.map(\.databaseValue)))
        return database.changesCount
    }

    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
        let statement = try database.cachedStatement(sql: sql)
        return try Row.fetchAll(statement, arguments: StatementArguments(arguments.map(\.databaseValue))).map { row in
            SQLRow(columns: Dictionary(row.map { ($0, SQLValue($1)) }) { $1 })
        }
    }

    func executeScript(_ sql: String) throws {
        try database.execute(sql: sql)
    }

    func hasTable(_ name: String) throws -> Bool { try database.tableExists(name) }

    func clock() -> Int { Int(now().timeIntervalSince1970 * 1000) }

    /// There is one writer at a time.
    func lockSchema() {}
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .text(let value): value.storable.databaseValue
        case .blob(let value): value.databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .text("\(value)")
        case .string(let value): self = .text(value)
        case .blob(let value): self = .blob(value)
        }
    }
}

private func makeEmptyFile(_ path: FilePath) throws {
    do {
        try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: [.ownerReadWrite]
        ).close()
    } catch let error as Errno {
        throw Diagnostic.error(
            "the database `\(path)` cannot be made: \(error)",
            hint: "Check the permissions of its folder and the space on its disk",
            outcome: error == .noSpace ? .unavailable : .failed)
    }
}

/// Not opened for it: closing any descriptor of the file would drop the locks of this process's connections.
private func fileSize(_ path: FilePath) -> Int? {
    var status = stat()
    return stat(path.string, &status) == 0 ? Int(status.st_size) : nil
}

private func isCutShort(_ path: FilePath) -> Diagnostic {
    .error(
        "the database `\(path)` is empty: it was cut short",
        hint: "Keep the file, and restore a backup: `stack restore`")
}

/// What SQLite said, as something to act on. Arguments are never shown: they may be secret.
private func diagnostic(for error: DatabaseError, at path: FilePath) -> Diagnostic {
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
        return .error(
            "the database `\(path)` is locked by another program (\(reason))",
            hint: "Close what holds it open and run the command again", outcome: .unavailable)
    case .SQLITE_FULL:
        return .error(
            "the disk of the database `\(path)` is full", hint: "Free some space and run the command again",
            outcome: .unavailable)
    case .SQLITE_READONLY, .SQLITE_PERM:
        return .error(
            "the database `\(path)` cannot be written (\(reason))",
            hint: "Check the owner and the permissions of the file and its folder, and that its disk is writable")
    case .SQLITE_CANTOPEN:
        return .error("the database `\(path)` cannot be opened (\(reason))", hint: "Check that its folder exists")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB,
        // Our statements fit our schema: where one does not, the schema is no longer what was written.
        .SQLITE_ERROR:
        return damage(path, reason)
    default:
        return .error("the database `\(path)` failed: \(reason)", hint: "`stack doctor` examines it")
    }
}

private func damage(_ path: FilePath, _ reason: String) -> Diagnostic {
    .error(
        "the database `\(path)` is damaged (\(reason))",
        hint: "Nothing was written; keep the file, and restore a backup: `stack restore`")
}
