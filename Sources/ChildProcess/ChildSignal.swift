package import Diagnostics
import Glibc
import SystemPackage

/// The signals that this program sends.
package enum ChildSignal: Hashable, Sendable {
    /// SIGINT: stop when what is under way is in order; Terraform takes a second one as "at once".
    case interrupt
    /// SIGTERM: stop.
    case terminate
    /// SIGKILL: cannot be refused, and leaves everything as it is.
    case kill

    var number: Int32 {
        switch self {
        case .interrupt: SIGINT
        case .terminate: SIGTERM
        case .kill: SIGKILL
        }
    }
}

/// Sends `signal` to every member of a process group; for a child of ours the group's id is its pid.
///
/// The kernel does not give a group's id to another process while the group has members. An empty group's id it may,
/// so look at `livingProcesses(withEnvironment:value:sessions:)` first.
///
/// - Returns: false when the group has no members any more; one that ended and was not waited for still counts.
/// - Throws: when not a single member may be signalled by this user, or the id names no group of a child.
package func send(_ signal: ChildSignal, toProcessGroup group: Int32) throws(Diagnostic) -> Bool {
    guard group > 1 else { throw .noProcessGroup(group) }
    return try deliver(signal, to: -group)
}

extension ProcessIdentity {
    /// Sends `signal` to this process alone, after a check that its pid has not become another process's.
    ///
    /// - Returns: false when the process does not live any more.
    /// - Throws: when it cannot be told whether it lives, or this user may not signal it.
    package func send(_ signal: ChildSignal) throws(Diagnostic) -> Bool {
        switch liveness() {
        case .dead: return false
        case .cannotTell(let reason): throw .cannotSignal(pid, reason: reason)
        case .alive: return try deliver(signal, to: pid)
        }
    }
}

private func deliver(_ signal: ChildSignal, to target: Int32) throws(Diagnostic) -> Bool {
    guard kill(target, signal.number) != 0 else { return true }
    let problem = Errno(rawValue: errno)
    guard problem == .noSuchProcess else { throw .cannotSignal(abs(target), reason: problem.description) }
    return false
}

extension Diagnostic {
    fileprivate static func noProcessGroup(_ group: Int32) -> Diagnostic {
        .error("`\(group)` is not the process group of a child", outcome: .internalFailure)
    }

    fileprivate static func cannotSignal(_ pid: Int32, reason: String) -> Diagnostic {
        .error("Process `\(pid)` cannot be signalled: \(reason)")
    }
}
