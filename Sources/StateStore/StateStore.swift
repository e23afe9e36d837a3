package import Diagnostics
import Files
import FoundationEssentials
import Plans
package import Records
package import SystemPackage

/// The name under which Terraform's `local` backend keeps the state in the folder it runs in.
package let stateFileName = "terraform.tfstate"

/// Where Terraform leaves the state when it could not write it to its place.
package let erroredStateFileName = "errored.tfstate"

/// A stack's Terraform state between `Records` and a run's workspace.
package struct StateStore: Sendable {
    package let records: Records
    /// Where this machine notes what it applied last; nil when the database is not shared.
    let notes: FilePath?
    private let keep: @Sendable (NewStateVersion, LockToken) async throws -> Void

    /// - Parameters:
    ///   - notes: where this machine notes what it applied last, beside a shared database.
    ///   - keep: keeps a complete version that a run has written; nil for `records`. The tests put one in its
    ///     place that forgets, to see whether they notice.
    package init(
        records: Records, notes: FilePath? = nil,
        keep: (@Sendable (NewStateVersion, LockToken) async throws -> Void)? = nil
    ) {
        self.records = records
        self.notes = notes
        self.keep = keep ?? { try await records.takeIn($0, lock: $1) }
    }

    /// What takes in the versions that a run writes in a folder.
    ///
    /// - Parameter base: the version that was laid out for the run.
    package func intake(in folder: FilePath, lock: LockToken, base: StateVersion) async throws -> StateIntake {
        try await StateIntake(records: records, keep: keep, folder: folder, lock: lock, base: base)
    }

    /// The version to plan on: the newest settled one. A new stack gets one without resources, whose lineage is the
    /// stack's id: Terraform keeps a lineage that it finds, and a plan without one can be applied any number of times.
    ///
    /// - Throws: a `Diagnostic` with the outcome `refused` when the database has lost what was applied here.
    package func base(of stack: StackRow, terraformVersion: String) async throws -> StateVersion {
        try await requireNothingForgotten(of: stack)
        if let version = try await records.newestSettledState(of: stack.id) { return version }
        let genesis = TerraformState.genesis(lineage: stack.id, terraformVersion: terraformVersion)
        try await records.addGenesis(
            NewStateVersion(
                bytes: genesis, lineage: stack.id, serial: 0, terraformVersion: terraformVersion, resources: 0),
            stack: stack.id)
        guard let version = try await records.newestSettledState(of: stack.id) else {
            throw Diagnostic.error("the stack `\(stack.name)` has no state to start from", outcome: .internalFailure)
        }
        return version
    }

    /// Writes a kept version, in clear, to where Terraform reads it.
    package func layOut(_ version: StateVersion, in folder: FilePath) async throws {
        try writeFile(try await records.bytes(of: version), to: folder.appending(stateFileName), isLasting: false)
    }

    /// Takes the stack's lock, waiting for at most `timeout`.
    ///
    /// - Parameters:
    ///   - owner: the process that takes it.
    ///   - phase: what the run is at.
    ///   - onWait: told at each look who holds the lock, and whether this is the first time; what it throws ends the
    ///     waiting.
    /// - Throws: a `Diagnostic` with the outcome `unavailable` that says who holds it since when.
    package func lock(
        stack: StackRow, run: String, owner: LockOwner, phase: String? = nil, timeout: Duration,
        pollInterval: Duration = .milliseconds(200), onWait: (LockHolder, _ isFirst: Bool) async throws -> Void
    ) async throws -> LockToken {
        let deadline = ContinuousClock.now + timeout
        var isFirst = true
        while true {
            switch try await records.acquireLock(stack: stack.id, run: run, owner: owner, phase: phase) {
            case .success(let token): return token
            case .failure(let held):
                guard ContinuousClock.now < deadline else { throw lockIsHeld(stack.name, held.holder) }
                try await onWait(held.holder, isFirst)
                isFirst = false
                try await Task.sleep(for: pollInterval)
            }
        }
    }
}

extension StateStore {
    /// Waits until nobody holds the stack's lock, without taking it.
    ///
    /// - Parameter onWait: as in `lock`.
    /// - Throws: as `lock`.
    package func waitUntilUnlocked(
        _ stack: StackRow, timeout: Duration, pollInterval: Duration = .milliseconds(200),
        onWait: (LockHolder, _ isFirst: Bool) async throws -> Void
    ) async throws {
        let deadline = ContinuousClock.now + timeout
        var isFirst = true
        while let holder = try await records.lockHolder(of: stack.id), !holder.mayBeTakenOver {
            guard ContinuousClock.now < deadline else { throw lockIsHeld(stack.name, holder) }
            try await onWait(holder, isFirst)
            isFirst = false
            try await Task.sleep(for: pollInterval)
        }
    }
}

/// Who holds a stack's lock, and what to do about it.
package func lockIsHeld(_ stack: String, _ holder: LockHolder) -> Diagnostic {
    .error(
        "the stack `\(stack)` is locked by run `\(holder.run)` since \(holder.since) (\(holder.owner.name))",
        hint: holder.hasExpired
            ? "It has been silent since \(holder.lastWord.map(Timestamp.text) ?? holder.since); if its machine is gone: "
                + "stack state unlock \(stack) --force \(holder.run)"
            : "Wait with `--lock-timeout 10m`, or follow it with `stack logs \(holder.run) --follow`",
        outcome: .unavailable)
}
