import Diagnostics
import FoundationEssentials
package import JSON

/// Proof that a run holds a stack's lock. Every write of the run carries it.
package struct LockToken: Hashable, Sendable {
    package let stack: String
    package let run: String
    package let token: Int

    package init(stack: String, run: String, token: Int) {
        self.stack = stack
        self.run = run
        self.token = token
    }
}

/// Who holds a stack's lock.
package struct LockHolder: Hashable, Sendable {
    package let stack: String
    package let run: String
    package let token: Int
    /// Which process on which host, for people.
    package let holder: String
    /// The same as whoever took the lock names it, to find out whether it lives.
    package let process: JSONValue
    package let since: String
}

extension Records {
    /// Takes the stack's lock for a run.
    ///
    /// - Returns: the token, or who holds the lock.
    package func acquireLock(
        stack: String, run: String, holder: String, process: JSONValue = .null
    ) async throws -> Result<LockToken, HeldLock> {
        let now = timestamp
        let holder = JSONValue.object(["name": .string(holder), "process": process]).text
        return try await database.write { connection in
            let changed = try connection.execute(
                """
                UPDATE stack_lock SET token = token + 1, run = $1, holder = $2, since = $3
                WHERE stack = $4 AND run IS NULL
                """, [.text(run), .text(holder), .text(now), .text(stack)])
            guard let row = try connection.row("SELECT * FROM stack_lock WHERE stack = $1", [.text(stack)]) else {
                throw Diagnostic.error("the database knows no stack `\(stack)`", outcome: .internalFailure)
            }
            if changed == 1 {
                return .success(LockToken(stack: stack, run: run, token: try row.integer("token")))
            }
            return .failure(HeldLock(holder: try LockHolder(row)))
        }
    }

    /// - Throws: a `Diagnostic` when the lock was lost.
    package func require(_ lock: LockToken) async throws {
        try await database.write { try $0.require(lock) }
    }

    /// Releases the lock if the token still holds it; a lock that somebody else has taken meanwhile stays theirs.
    package func releaseLock(_ lock: LockToken) async throws {
        try await database.write { connection in
            try connection.execute(
                "UPDATE stack_lock SET run = NULL, holder = NULL, since = NULL WHERE stack = $1 AND token = $2",
                [.text(lock.stack), SQLValue(lock.token)])
        }
    }

    /// Releases the lock of a run that never began to apply: one that is applying has a state to be taken in first.
    package func releaseAbandonedLock(_ lock: LockToken) async throws {
        try await database.write { connection in
            guard try connection.status(of: lock.run) != .applying else { return }
            try connection.execute(
                "UPDATE stack_lock SET run = NULL, holder = NULL, since = NULL WHERE stack = $1 AND token = $2",
                [.text(lock.stack), SQLValue(lock.token)])
        }
    }

    /// Takes the lock over from the process that holds it, for the same run: that process can write nothing more from then
    /// on, and so the run stays as it is.
    ///
    /// - Returns: the lock, and the run as it is.
    /// - Throws: a `Diagnostic` when the lock has changed hands meanwhile.
    package func takeOver(_ holder: LockHolder) async throws -> (lock: LockToken, run: RunRow) {
        try await database.write { connection in
            try connection.require(LockToken(stack: holder.stack, run: holder.run, token: holder.token))
            try connection.execute(
                "UPDATE stack_lock SET token = token + 1 WHERE stack = $1", [.text(holder.stack)])
            guard let run = try connection.row("SELECT * FROM run WHERE id = $1", [.text(holder.run)]) else {
                throw Diagnostic.error("there is no run `\(holder.run)`", outcome: .internalFailure)
            }
            return (
                LockToken(stack: holder.stack, run: holder.run, token: holder.token + 1), try RunRow(run)
            )
        }
    }

    /// Ends the run that holds a lock that was taken over, and releases it: what it wrote last is what is planned on from
    /// now on.
    ///
    /// - Throws: a `Diagnostic` when the lock has changed hands meanwhile.
    package func endByForce(_ lock: LockToken, message: String) async throws {
        let now = timestamp
        try await database.write { connection in
            try connection.require(lock)
            try connection.settleStates(of: lock.run, stack: lock.stack, succeeded: false)
            // The plan of one that had not begun is given up with it: its process may still mean to apply it.
            let status = try connection.status(of: lock.run)
            if !status.isTerminal {
                try connection.advance(
                    run: lock.run, to: status == .applying ? .interrupted : .canceled, message: message, at: now)
            }
            try connection.execute(
                "UPDATE stack_lock SET run = NULL, holder = NULL, since = NULL WHERE stack = $1 AND token = $2",
                [.text(lock.stack), SQLValue(lock.token)])
        }
    }

    /// Who holds which stack's lock.
    package func heldLocks() async throws -> [LockHolder] {
        try await database.read { connection in
            try connection.rows("SELECT * FROM stack_lock WHERE run IS NOT NULL ORDER BY since, stack", [])
                .map(LockHolder.init)
        }
    }

    package func lockHolder(of stack: String) async throws -> LockHolder? {
        try await database.read { connection in
            try connection.row("SELECT * FROM stack_lock WHERE stack = $1 AND run IS NOT NULL", [.text(stack)])
                .map(LockHolder.init)
        }
    }
}

extension SQLConnection {
    /// Locks the row for the rest of the transaction; the lock's number grows, as if somebody had held it.
    ///
    /// - Throws: `HeldLock` when a run holds the lock.
    func requireUnlocked(_ stack: String) throws {
        let changed = try execute(
            "UPDATE stack_lock SET token = token + 1 WHERE stack = $1 AND run IS NULL", [.text(stack)])
        guard changed == 0 else { return }
        guard let row = try row("SELECT * FROM stack_lock WHERE stack = $1 AND run IS NOT NULL", [.text(stack)]) else {
            throw Diagnostic.error("the database knows no stack `\(stack)`", outcome: .internalFailure)
        }
        throw HeldLock(holder: try LockHolder(row))
    }
}

/// The lock was not free.
package struct HeldLock: Error, Hashable, Sendable {
    package let holder: LockHolder
}

extension SQLConnection {
    /// Locks the row and checks that the token still holds it; a write that follows in the same transaction is safe.
    ///
    /// - Throws: a `Diagnostic` when the lock was lost.
    func require(_ lock: LockToken) throws {
        let changed = try execute(
            "UPDATE stack_lock SET token = token WHERE stack = $1 AND run = $2 AND token = $3",
            [.text(lock.stack), .text(lock.run), SQLValue(lock.token)])
        guard changed == 1 else {
            throw Diagnostic.error(
                "the lock of the stack was taken from run `\(lock.run)`",
                hint: "See `stack state locks` and `stack runs`; nothing was written", outcome: .refused)
        }
    }
}

extension LockHolder {
    fileprivate init(_ row: SQLRow) throws {
        let holder = try row.json("holder")
        self.init(
            stack: try row.text("stack"), run: try row.text("run"), token: try row.integer("token"),
            holder: holder["name"]?.stringValue ?? "", process: holder["process"] ?? .null,
            since: try row.text("since"))
    }
}
