import ChildProcess
import Diagnostics
import Files
package import Records
import Secrets
import Terraform
import Workspaces

/// What only a person may decide: to end what may still be at work.
extension ProjectStore {
    /// Ends a run that plans, for good. What it has started on this machine is killed; a process of it that cannot be
    /// looked at from here is taken for dead. A plan changes nothing, so nothing is lost.
    ///
    /// - Returns: whether the run has ended; else its own process, which lives, is about to end it.
    /// - Throws: a `Diagnostic` when the run does not plan.
    package func cancelByForce(_ run: RunRow) async throws -> Bool {
        guard try await killPlanning(run.id) else { throw isNotPlanning(run) }
        guard try liveness(of: run) != .working else { return false }
        let message = "ended by force by \(whoActs)"
        if try await records.endPlanning(run: run.id, as: .canceled, message: message) {
            await tellEnd(of: run.id, .canceled, message)
        }
        return true
    }

    /// Kills what a run that plans has started on this machine, and waits until it is gone: five seconds, for what the
    /// kernel does not let go.
    ///
    /// - Returns: false when the run does not plan any more: its plan may be applied by now, and nothing is done.
    package func killPlanning(_ run: String) async throws -> Bool {
        // A run with this mark never becomes one that applies.
        guard try await records.requestCancel(run: run, in: [.queued, .planning]) else { return false }
        let deadline = ContinuousClock.now + .seconds(5)
        repeat {
            for process in try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run) {
                _ = try process.send(.kill)
            }
            try await withoutCancellation { try await Task.sleep(for: .milliseconds(10)) }
        } while try !livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run).isEmpty
            && ContinuousClock.now < deadline
        return true
    }

    /// Takes a lock from a run that may be at work. What that run has saved by now is taken in; what it does from then
    /// on it can record nowhere, so its workspace is kept as evidence.
    ///
    /// - Returns: what was taken in; nil when the run had not begun to apply, or works where its files cannot be seen.
    package func unlockByForce(_ stack: StackRow, _ holder: LockHolder) async throws -> RecoveredRun? {
        let message = "its lock was taken by force by \(whoActs)"
        guard let run = try await records.run(holder.run) else {
            throw Diagnostic.error("there is no run `\(holder.run)`", outcome: .internalFailure)
        }
        return try await holdingLock(on: recoveryLock(of: run)) {
            try await withoutCancellation {
                let (lock, run) = try await records.takeOver(holder)
                guard run.status == .applying, try workspace(of: run) != nil else {
                    try await records.endByForce(lock, message: message)
                    await tellEnd(of: run.id, run.status == .applying ? .interrupted : .canceled, message)
                    return nil
                }
                do {
                    return try await recoverApply(run, of: stack, lock: lock, force: message)
                } catch {
                    // What cannot be read must not hold the lock for ever.
                    let place = try? await workspace(of: run)?.keep(run: run.id)
                    try await records.endByForce(lock, message: message)
                    throw Diagnostic.error(
                        "the lock was taken, but the state of run `\(run.id)` was not taken in: \(firstMessage(of: error))",
                        hint: place.flatMap { $0 }.map { "Its workspace is kept in `\($0)`" })
                }
            }
        }
    }

    /// Whoever follows the run sees its end, which its own process does not tell.
    private func tellEnd(of run: String, _ status: RunStatus, _ message: String) async {
        let log = EventLog(records: records, run: run, secrets: SecretValues()) { _ in }
        await log.emit(.ended(status, message: message))
        await log.flush()
    }

    private var whoActs: String { "\(userName)@\(hostName())" }
}

private func isNotPlanning(_ run: RunRow) -> Diagnostic {
    .error(
        "run `\(run.id)` does not plan, and only a run that plans is ended by force",
        hint: run.status == .applying
            ? "`stack cancel \(run.id)` interrupts Terraform once; `stack state unlock --help` tells of its lock"
            : "See `stack run \(run.id)`",
        outcome: .refused)
}
