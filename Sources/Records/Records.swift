package import Cryptography
import Diagnostics
import Files
package import FoundationEssentials
import Glibc
package import SystemPackage

/// Everything that is remembered: stacks, states, locks, runs, events, clusters.
///
/// Every change is a named transaction in an extension of this type. What is secret is sealed before it is written, each
/// piece with the names of what it belongs to as associated data, so that a row moved to another place does not open.
package struct Records: Sendable {
    let database: any SQLDatabase
    /// The same two, for what only files have: copies, checks, an end.
    let file: SQLiteDatabase
    let eventFile: SQLiteDatabase
    /// A second connection for events, which are written often and need not survive a power cut.
    let eventDatabase: any SQLDatabase
    let key: SealingKey
    let now: @Sendable () -> Date
    /// Which database this is; `stack.lock` names it for every stack whose state it holds.
    package let store: StoreIdentity

    /// Opens the SQLite database at `path`; makes it when there is none.
    ///
    /// - Throws: a `Diagnostic` when it cannot be opened, is damaged, was written by a newer program or with another key.
    package init(
        sqliteAt path: FilePath, key: SealingKey, now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        if !exists(path) { try await make(sqliteAt: path, key: key, now: now()) }
        file = try SQLiteDatabase(at: path, durable: true)
        database = file
        eventFile = try SQLiteDatabase(at: path, durable: false)
        eventDatabase = eventFile
        self.key = key
        self.now = now
        try await migrate(database, now: Timestamp.text(now()))
        // What says which state a plan begins with: small tables.
        try await file.requireSound(tables: ["stack", "state_version"])
        store = try await identify(database, key: key, now: Timestamp.text(now()))
    }

    var timestamp: String { Timestamp.text(now()) }
}

/// Makes a database with all that belongs into it, and puts it in place at once: nobody ever sees half of one, so an
/// empty file is one that was cut short.
private func make(sqliteAt path: FilePath, key: SealingKey, now: Date) async throws {
    let fresh = FilePath("\(path).\(UInt64.random(in: .min ... .max)).new")
    defer { unlink(fresh.string) }
    let database = try SQLiteDatabase(at: fresh, durable: true, isNew: true)
    try await migrate(database, now: Timestamp.text(now))
    _ = try await identify(database, key: key, now: Timestamp.text(now))
    try database.close()
    // Another process may have been faster.
    guard link(fresh.string, path.string) == 0 || errno == EEXIST else {
        throw Diagnostic.error("the database `\(path)` cannot be made: \(Errno(rawValue: errno))")
    }
    try syncFolder(path.removingLastComponent())
}

/// The one row that says which database this is.
package struct StoreIdentity: Hashable, Sendable {
    package let id: String
    package let keyFingerprint: String
}

private func identify(_ database: any SQLDatabase, key: SealingKey, now: String) async throws -> StoreIdentity {
    if let known = try await database.read(storeIdentity) { return try checked(known, key) }
    return try await database.write { connection in
        if let known = try storeIdentity(connection) { return try checked(known, key) }
        let identity = StoreIdentity(id: UUID().uuidString.lowercased(), keyFingerprint: key.fingerprint)
        try connection.execute(
            "INSERT INTO store (id, created_at, key_fingerprint) VALUES ($1, $2, $3)",
            [.text(identity.id), .text(now), .text(identity.keyFingerprint)])
        return identity
    }
}

private func storeIdentity(_ connection: any SQLConnection) throws -> StoreIdentity? {
    try connection.row("SELECT id, key_fingerprint FROM store", []).map {
        StoreIdentity(id: try $0.text("id"), keyFingerprint: try $0.text("key_fingerprint"))
    }
}

private func checked(_ store: StoreIdentity, _ key: SealingKey) throws -> StoreIdentity {
    guard store.keyFingerprint == key.fingerprint else {
        throw Diagnostic.error(
            "the key has the fingerprint `\(key.fingerprint)`, but the database is sealed with `\(store.keyFingerprint)`",
            hint: "Put the right key into the key file or into STACK_ENCRYPTION_KEY; nothing was changed")
    }
    return store
}
