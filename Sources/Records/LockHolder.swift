package import FoundationEssentials
package import JSON

/// Proof that a run holds a stack's lock. Every write of the run carries it.
package struct LockToken: Hashable, Sendable {
    package let stack: String
    package let run: String
    /// Grows whenever the lock changes hands.
    package let token: Int

    package init(stack: String, run: String, token: Int) {
        self.stack = stack
        self.run = run
        self.token = token
    }
}

/// Who wants a stack's lock, or has it.
package struct LockOwner: Hashable, Sendable, Codable {
    /// Which process on which host, for people.
    package let name: String
    /// Who started it; nil in a lock that an older program took.
    package let user: String?
    /// The process as whoever took the lock names it, to find out whether it lives.
    package let process: JSONValue

    package init(name: String, user: String?, process: JSONValue) {
        self.name = name
        self.user = user
        self.process = process
    }
}

/// A stack's lock that is held.
package struct LockHolder: Hashable, Sendable {
    package let stack: String
    package let run: String
    package let token: Int
    package let owner: LockOwner
    package let since: String
    /// What the run was at when the holder last said something.
    package let phase: String?
    /// When that was, by the database's clock; nil in a lock that an older program took.
    package let lastWord: Date?
    /// Whether the holder has been silent for longer than its lease.
    package let hasExpired: Bool
    /// Whether somebody else may take the lock for that: not from a run that has begun to apply.
    package let mayBeTakenOver: Bool
}

/// The lock was not free.
package struct HeldLock: Error, Hashable, Sendable {
    package let holder: LockHolder
}

extension LockHolder {
    init(_ row: SQLRow, clock: Int) throws {
        let hasExpired = try row.optionalInteger("expires_at").map { $0 < clock } ?? false
        self.init(
            stack: try row.text("stack"), run: try row.text("run"), token: try row.integer("token"),
            owner: try row.value("holder"), since: try row.text("since"), phase: try row.optionalText("phase"),
            lastWord: try row.optionalInteger("renewed_at").map { Date(timeIntervalSince1970: Double($0) / 1000) },
            hasExpired: hasExpired,
            mayBeTakenOver: try hasExpired && row.optionalText("status") != RunStatus.applying.rawValue)
    }
}
