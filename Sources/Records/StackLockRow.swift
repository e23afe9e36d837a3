import Diagnostics
import FoundationEssentials
import JSON

extension Records {
    /// Takes the stack's lock for a run. One whose holder has been silent for too long is taken over, unless its run has
    /// begun to apply: that one ends when its processes are proved gone.
    ///
    /// - Parameters:
    ///   - lease: for how long the lock is held unless it is renewed.
    /// - Returns: the token, or who holds the lock.
    package func acquireLock(
        stack: String, run: String, owner: LockOwner, phase: String? = nil, lease: Duration = lockLease
    ) async throws -> Result<LockToken, HeldLock> {
        let now = timestamp
        let holder = try JSONValue(encoding: owner).text
        return try await write(about: stack) { connection in
            if let held = try connection.lockHolder(of: stack), !held.mayBeTakenOver {
                return .failure(HeldLock(holder: held))
            }
            let clock = try connection.clock()
            let changed = try connection.execute(
                """
                UPDATE stack_lock SET token = token + 1, run = $1, holder = $2, since = $3, phase = $4,
                renewed_at = $5, expires_at = $6 WHERE stack = $7
                """,
                [
                    .text(run), .text(holder), .text(now), SQLValue(phase), SQLValue(clock),
                    SQLValue(clock + lease.milliseconds), .text(stack),
                ])
            let row = try connection.row("SELECT token FROM stack_lock WHERE stack = $1", [.text(stack)])
            guard changed == 1, let row else { throw unknownStack(stack) }
            return .success(LockToken(stack: stack, run: run, token: try row.integer("token")))
        }
    }

    /// Says that the lock is still held, and what its run is at; on a connection of its own, so that it waits for nothing.
    ///
    /// - Returns: false when the lock was lost.
    package func renew(_ lock: LockToken, phase: String?, lease: Duration = lockLease) async throws -> Bool {
        try await home.leaseDatabase.write(holding: []) { connection in
            let clock = try connection.clock()
            return try connection.execute(
                """
                UPDATE stack_lock SET renewed_at = $1, expires_at = $2, phase = $3
                WHERE stack = $4 AND run = $5 AND token = $6
                """,
                [
                    SQLValue(clock), SQLValue(clock + lease.milliseconds), SQLValue(phase), .text(lock.stack),
                    .text(lock.run), SQLValue(lock.token),
                ]) == 1
        }
    }

    /// - Throws: a `Diagnostic` when the lock was lost.
    package func require(_ lock: LockToken) async throws {
        try await write(about: lock.stack) { try $0.require(lock) }
    }

    /// Releases the lock if the token still holds it; a lock that somebody else has taken meanwhile stays theirs.
    package func releaseLock(_ lock: LockToken) async throws {
        try await write(about: lock.stack) { try $0.release(lock) }
    }

    /// Releases the lock of a run that never began to apply: one that is applying has a state to be taken in first.
    package func releaseAbandonedLock(_ lock: LockToken) async throws {
        try await write(about: lock.stack) { connection in
            guard try connection.status(of: lock.run) != .applying else { return }
            try connection.release(lock)
        }
    }

    /// Takes the lock over from the process that holds it, for the same run: that process can write nothing more from then
    /// on, and so the run stays as it is.
    ///
    /// - Returns: the lock, and the run as it is.
    /// - Throws: a `Diagnostic` when the lock has changed hands meanwhile.
    package func takeOver(_ holder: LockHolder) async throws -> (lock: LockToken, run: RunRow) {
        try await write(about: holder.stack) { connection in
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
        try await write(about: lock.stack) { connection in
            try connection.require(lock)
            try connection.settleStates(of: lock.run, stack: lock.stack, succeeded: false)
            // The plan of one that had not begun is given up with it: its process may still mean to apply it.
            let status = try connection.status(of: lock.run)
            if !status.isTerminal {
                try connection.advance(
                    run: lock.run, to: status == .applying ? .interrupted : .canceled, message: message, at: now)
            }
            try connection.release(lock)
        }
    }

    /// Who holds which stack's lock.
    package func heldLocks() async throws -> [LockHolder] {
        try await database.read { [project] connection in
            let clock = try connection.clock()
            return try connection.rows(
                """
                \(selectHolders) WHERE stack_lock.run IS NOT NULL
                AND stack_lock.stack IN (SELECT id FROM stack WHERE project = $1) ORDER BY since, stack_lock.stack
                """, [.text(project)]
            ).map { try LockHolder($0, clock: clock) }
        }
    }

    package func lockHolder(of stack: String) async throws -> LockHolder? {
        try await database.read { try $0.lockHolder(of: stack) }
    }
}

extension SQLConnection {
    /// - Throws: a `Diagnostic` when nothing is known of the stack.
    fileprivate func lockHolder(of stack: String) throws -> LockHolder? {
        guard let row = try row("\(selectHolders) WHERE stack_lock.stack = $1", [.text(stack)]) else {
            throw unknownStack(stack)
        }
        return try row.optionalText("run") == nil ? nil : LockHolder(row, clock: try clock())
    }

    /// Part of a transaction about the stack. The lock's number grows, as if somebody had held it.
    ///
    /// - Throws: `HeldLock` when a run holds the lock.
    func requireUnlocked(_ stack: String) throws {
        if let held = try lockHolder(of: stack), !held.mayBeTakenOver { throw HeldLock(holder: held) }
        try execute(
            """
            UPDATE stack_lock SET token = token + 1, run = NULL, holder = NULL, since = NULL, phase = NULL,
            renewed_at = NULL, expires_at = NULL WHERE stack = $1
            """, [.text(stack)])
    }

    /// Checks that the token still holds the lock, and will until the end of the transaction, which is about the stack.
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

    /// Releases the lock if the token still holds it.
    func release(_ lock: LockToken) throws {
        try execute(
            """
            UPDATE stack_lock SET run = NULL, holder = NULL, since = NULL, phase = NULL, renewed_at = NULL,
            expires_at = NULL WHERE stack = $1 AND run = $2 AND token = $3
            """, [.text(lock.stack), .text(lock.run), SQLValue(lock.token)])
    }
}

/// How long a lock is held after the last word of its holder: far longer than a pause of a process or of the network.
package let lockLease = Duration.seconds(60)

/// Locks, with what their runs are at.
private let selectHolders = "SELECT stack_lock.*, run.status FROM stack_lock LEFT JOIN run ON run.id = stack_lock.run"

private func unknownStack(_ stack: String) -> Diagnostic {
    .error("the database knows no stack `\(stack)`", outcome: .internalFailure)
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
