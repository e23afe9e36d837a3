import Glibc

extension ProcessIdentity {
    /// What can be said, from here and now, about whether a process still runs.
    package enum Liveness: Hashable, Sendable {
        case alive
        /// Proved gone: it ended, or its machine was started anew.
        case dead
        /// It may live where this process cannot look; the reason completes "cannot be checked: …".
        case cannotTell(reason: String)
    }

    /// Whether this process still runs, told from the process that asks.
    ///
    /// A wrong "dead" would let two processes work on one stack, so everything that is not proved is `cannotTell`. A
    /// zombie is dead. Two machines can have the same name, so only the same machine id proves a restart.
    package func liveness() -> Liveness {
        let here = ProcessIdentity.current()
        guard !bootID.isEmpty, bootID == here.bootID else { return livenessAfterRestart(seenFrom: here) }
        guard !pidNamespace.isEmpty, pidNamespace == here.pidNamespace else {
            return .cannotTell(reason: "process `\(pid)` runs in another container of host `\(host)`")
        }
        guard startTime > 0 else { return .cannotTell(reason: "it is not known when process `\(pid)` was started") }
        do {
            if let status = try ProcessStatus(of: pid) {
                return status.startTime == startTime && !status.hasEnded ? .alive : .dead
            }
        } catch {
            return .cannotTell(reason: "process `\(pid)` cannot be looked at: \(error)")
        }
        // Some machines hide the processes of other users from /proc.
        if kill(pid, 0) == 0 || errno != ESRCH {
            return .cannotTell(reason: "process `\(pid)` belongs to another user and is hidden")
        }
        return .dead
    }

    private func livenessAfterRestart(seenFrom here: ProcessIdentity) -> Liveness {
        guard host == here.host else { return .cannotTell(reason: "process `\(pid)` runs on host `\(host)`") }
        guard !bootID.isEmpty, !here.bootID.isEmpty, !machineID.isEmpty, machineID == here.machineID else {
            return .cannotTell(
                reason: "process `\(pid)` runs on another machine named `\(host)`, or this one before a restart")
        }
        return .dead
    }
}
