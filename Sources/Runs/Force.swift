import ChildProcess
import Diagnostics
import Files
package import Records
import Terraform

/// What only a person may decide: to end what may still be at work.
extension ProjectStore {
    /// Ends a run that plans, for good. What it has started on this machine is killed; a process of it that cannot be
    /// looked at from here is taken for dead. A plan changes nothing, so nothing is lost.
    ///
    /// - Returns: whether the run has ended; else its own process, which lives, is about to end it.
    /// - Throws: a `Diagnostic` when the run does not plan.
    package func cancelByForce(_ run: RunRow) async throws -> Bool {
        guard run.status.isPlanning else { throw isNotPlanning(run) }
        try await records.requestCancel(run: run.id)
        try killProcesses(of: run.id)
        guard try liveness(of: run) != .working else { return false }
        // Its process may have ended it meanwhile.
        guard try await records.run(run.id)?.status.isPlanning == true else { return true }
        try await records.advance(run: run.id, to: .canceled, message: "ended by force by \(whoActs)")
        return true
    }

    /// Kills what a run has started on this machine, and not the process that works on it.
    package func killProcesses(of run: String) throws {
        for process in try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run) {
            _ = try process.send(.kill)
        }
    }

    /// Kills what a run has started, and waits until it is gone: five seconds, for what the kernel does not let go.
    func endProcesses(of run: String) async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            try killProcesses(of: run)
            try await Task.sleep(for: .milliseconds(10))
        } while try !livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run).isEmpty
            && ContinuousClock.now < deadline
    }

    /// Takes a lock from a run that may be at work. What that run has saved by now is taken in; what it does from then
    /// on it can record nowhere, so its workspace is kept as evidence.
    ///
    /// - Returns: what was taken in; nil when the run had not begun to apply, or works where its files cannot be seen.
    package func unlockByForce(_ stack: StackRow, _ holder: LockHolder) async throws -> RecoveredRun? {
        let message = "its lock was taken by force by \(whoActs)"
        guard let run = try await records.run(holder.run), run.status == .applying, try workspace(of: run) != nil else {
            try await records.forceUnlock(holder, message: message)
            return nil
        }
        return try await holdingLock(on: recoveryLock) {
            try await withoutCancellation {
                try await recoverApply(
                    run, of: stack, lock: LockToken(stack: stack.id, run: run.id, token: holder.token),
                    force: message)
            }
        }
    }

    private var whoActs: String { "\(userName)@\(hostName())" }
}

private func isNotPlanning(_ run: RunRow) -> Diagnostic {
    .error(
        "run `\(run.id)` is \(run.status.rawValue), and only a run that plans is ended by force",
        hint: run.status == .applying
            ? "`stack cancel \(run.id)` interrupts Terraform once; `stack state unlock --help` tells of its lock"
            : nil,
        outcome: .refused)
}
