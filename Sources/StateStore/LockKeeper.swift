import Diagnostics
package import Records

/// Keeps a stack's lock while a run works: says to the database that the run lives, and what it is at, at a third of the
/// time after which it would be taken for silent.
///
/// When that has failed twice, or the lock is another's, nothing new may begin. What has begun goes on: to stop a Terraform
/// that applies may lose what it is creating.
package actor LockKeeper {
    private let records: Records
    private let lock: LockToken
    private let lease: Duration
    private var phase: String
    private var misses = 0
    private var isLost = false

    package init(records: Records, lock: LockToken, phase: String, lease: Duration = lockLease) {
        self.records = records
        self.lock = lock
        self.phase = phase
        self.lease = lease
    }

    /// Renews the lock again and again, until the task is cancelled.
    package func keep() async {
        while (try? await Task.sleep(for: lease / 3)) != nil { await renew() }
    }

    /// Begins what can only be begun by whoever surely holds the lock.
    ///
    /// - Throws: a `Diagnostic` when that is not sure: nothing may be begun then.
    package func begin(_ phase: String) async throws {
        await note(phase)
        if isLost {
            throw Diagnostic.error(
                "the lock of the stack was taken from run `\(lock.run)`",
                hint: "See `stack state locks` and `stack runs`; nothing was begun", outcome: .refused)
        }
        guard misses < 2 else {
            throw Diagnostic.error(
                "the database was not reached \(misses) times in succession to keep the lock of the stack",
                hint: "Nothing was begun; run the command again when the database is back", outcome: .unavailable)
        }
    }

    /// Says what the run is at by now, whoever holds the lock.
    package func note(_ phase: String) async {
        self.phase = phase
        await renew()
    }

    private func renew() async {
        do {
            isLost = try await !records.renew(lock, phase: phase, lease: lease)
            misses = 0
        } catch {
            misses += 1
        }
    }
}
