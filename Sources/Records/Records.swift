package import Cryptography
import Diagnostics
package import FoundationEssentials
package import SystemPackage

/// Everything that is remembered: stacks, states, locks, runs, events, clusters.
///
/// Every change is a named transaction in an extension of this type. What is secret is sealed before it is written, each
/// piece with the names of what it belongs to as associated data, so that a row moved to another place does not open.
package struct Records: Sendable {
    let database: any SQLDatabase
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
        database = try SQLiteDatabase(at: path, durable: true)
        eventDatabase = try SQLiteDatabase(at: path, durable: false)
        self.key = key
        self.now = now
        try await migrate(database, now: Timestamp.text(now()))
        store = try await identify(database, key: key, now: Timestamp.text(now()))
    }

    var timestamp: String { Timestamp.text(now()) }
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
