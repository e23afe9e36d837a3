import Cryptography
import Diagnostics

/// A project as the database knows it.
struct ProjectEntry: Sendable {
    let keyFingerprint: String
    let createdAt: String
    /// Why its records cannot be used here; nil when they can.
    let absence: Absence?

    /// - Throws: a `Diagnostic` when the records are sealed with another key.
    func requireSealed(with key: SealingKey) throws {
        guard keyFingerprint == key.fingerprint else {
            throw Diagnostic.error(
                "the key has the fingerprint `\(key.fingerprint)`, but the records are sealed with `\(keyFingerprint)`",
                hint: "Put the right key into the key file or into STACK_ENCRYPTION_KEY; nothing was changed")
        }
    }
}

extension SQLConnection {
    func project(_ id: String) throws -> ProjectEntry? {
        try row("SELECT * FROM project WHERE id = $1", [.text(id)]).map {
            ProjectEntry(
                keyFingerprint: try $0.text("key_fingerprint"), createdAt: try $0.text("created_at"),
                absence: try $0.optionalValue("moved_to"))
        }
    }
}
