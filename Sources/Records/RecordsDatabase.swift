package import Cryptography
import Diagnostics
import Files
package import FoundationEssentials
import Glibc
package import SystemPackage

/// A database that holds the records of a project, or of many: a file of SQLite, or a PostgreSQL that is shared.
package struct RecordsDatabase: Sendable {
    let database: any SQLDatabase
    /// A second connection for events, which are written often and need not survive a power cut.
    let eventDatabase: any SQLDatabase
    /// A third one for what must not wait behind the others: to say that a lock is still held.
    let leaseDatabase: any SQLDatabase
    /// The same as `database`, for what only files have: copies, checks. Nil where it is no file.
    let file: SQLiteDatabase?
    let now: @Sendable () -> Date
    /// Which database this is; `stack.lock` names it for every stack whose state it holds.
    package let id: String
    /// The server and the database, for people; nil for a file of this machine.
    package let server: String?

    /// Whether other machines can share it.
    package var isShared: Bool { file == nil }

    /// Opens the SQLite database at `path`; makes it when there is none.
    ///
    /// - Throws: a `Diagnostic` when it cannot be opened, is damaged or was written by a newer program.
    package init(sqliteAt path: FilePath, now: @escaping @Sendable () -> Date = { Date() }) async throws {
        if !exists(path) { try await make(sqliteAt: path, now: now) }
        let file = try SQLiteDatabase(at: path, durable: true, now: now)
        database = file
        eventDatabase = try SQLiteDatabase(at: path, durable: false, now: now)
        leaseDatabase = eventDatabase
        self.file = file
        self.now = now
        server = nil
        // What says how far the schema is, which state a plan begins with and who is at work: small tables, there from the
        // first version on.
        try await file.requireSound(tables: ["schema_version", "store", "stack", "stack_lock", "state_version"])
        try await migrate(file, now: Timestamp.text(now()))
        id = try await identify(file, now: Timestamp.text(now()))
    }

    /// Opens a PostgreSQL; makes the tables when there are none.
    ///
    /// - Parameters:
    ///   - url: as libpq understands it.
    ///   - name: what the user has given it with, for messages before a server has answered.
    ///   - patience: how long a transaction waits for a server that was there and is gone.
    /// - Throws: a `Diagnostic` when it cannot be reached, or was written by a newer program.
    package init(
        postgres url: String, namedBy name: String = "STACK_DATABASE_URL", patience: Duration = .seconds(15),
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        try check(url: url, namedBy: name)
        let shared = PostgresDatabase(url, namedBy: name, patience: patience)
        database = shared
        eventDatabase = PostgresDatabase(url, namedBy: name, patience: patience)
        // Whoever says that a lock is held says it again soon.
        leaseDatabase = PostgresDatabase(url, namedBy: name, patience: .zero, answerTime: .seconds(10))
        file = nil
        self.now = now
        try await migrate(shared, now: Timestamp.text(now()))
        id = try await identify(shared, now: Timestamp.text(now()))
        server = await shared.place
    }

    /// The records of a project, which are sealed with a key from the first time on.
    ///
    /// - Throws: a `Diagnostic` when they are sealed with another key, or have moved to another database.
    package func records(of project: String, sealedWith key: SealingKey) async throws -> Records {
        let known = try await database.read { try $0.project(project) }
        let entry = if let known { known } else { try await admit(project, key) }
        if let absence = entry.absence { throw absence.refusal }
        try entry.requireSealed(with: key)
        return Records(home: self, project: project, key: key)
    }

    private func admit(_ project: String, _ key: SealingKey) async throws -> ProjectEntry {
        let now = Timestamp.text(now())
        return try await database.write(holding: []) { connection in
            try connection.execute(
                """
                INSERT INTO project (id, key_fingerprint, created_at) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO NOTHING
                """, [.text(project), .text(key.fingerprint), .text(now)])
            return try connection.project(project)
                ?? ProjectEntry(keyFingerprint: key.fingerprint, createdAt: now, absence: nil)
        }
    }

    /// Ends the connections; of a file nothing but the file itself is left then.
    package func close() async throws {
        try await eventDatabase.close()
        try await leaseDatabase.close()
        try await database.close()
    }
}

/// Makes a database with all that belongs into it, and puts it in place at once: nobody ever sees half of one, so an
/// empty file is one that was cut short.
private func make(sqliteAt path: FilePath, now: @escaping @Sendable () -> Date) async throws {
    let fresh = FilePath("\(path).\(UInt64.random(in: .min ... .max)).new")
    defer { unlink(fresh.string) }
    let database = try SQLiteDatabase(at: fresh, durable: true, isNew: true, now: now)
    try await migrate(database, now: Timestamp.text(now()))
    _ = try await identify(database, now: Timestamp.text(now()))
    try database.close()
    // Another process may have been faster.
    guard link(fresh.string, path.string) == 0 || errno == EEXIST else {
        throw Diagnostic.error("the database `\(path)` cannot be made: \(Errno(rawValue: errno))")
    }
    try syncFolder(path.removingLastComponent())
}

/// The id of a database, made with it.
private func identify(_ database: any SQLDatabase, now: String) async throws -> String {
    if let known = try await database.read(storeID) { return known }
    return try await database.write(holding: []) { connection in
        try connection.lockSchema()
        if let known = try storeID(connection) { return known }
        let id = UUID().uuidString.lowercased()
        try connection.execute("INSERT INTO store (id, created_at) VALUES ($1, $2)", [.text(id), .text(now)])
        return id
    }
}

private func storeID(_ connection: any SQLConnection) throws -> String? {
    try connection.row("SELECT id FROM store", [])?.text("id")
}
