import ChildProcess
import FoundationEssentials
import JSON
import Records
import StateStore
import Terraform
import Workspaces

/// Whether anything still works on a run.
enum RunLiveness: Hashable, Sendable {
    /// The process that the run names is alive.
    case working
    /// That process is gone, but something that it started is not: pids.
    case orphaned([Int32])
    case gone
    /// Its host, or its PID namespace, is not ours.
    case cannotTell(String)
}

extension RunLiveness {
    /// Why a run cannot be ended for its process; nil when it can.
    func obstacle(toEnd run: RunRow) -> String? {
        switch self {
        case .working: run.status.isActive ? "it is at work" : "it is about to be applied"
        // Nobody applies what was not planned in a day, and its process can save no plan any more once it was ended.
        case .cannotTell where run.status.isPlanning && run.age > 24 * 3600: nil
        case .cannotTell(let reason): "whether it is at work cannot be told: \(reason)"
        // What a plan has started changes nothing.
        case .orphaned where run.status.isPlanning: nil
        case .orphaned(let processes):
            "its process has died, but what it started still works "
                + "(pid \(processes.map(String.init).joined(separator: ", ")))"
        case .gone: nil
        }
    }
}

extension RunRow {
    /// Seconds since it began, by this machine's clock.
    var age: TimeInterval { (try? Timestamp.date(createdAt)).map { Date().timeIntervalSince($0) } ?? 0 }
}

/// Looks for the run's process and for everything that carries the run's id in its environment.
///
/// - Throws: a `Diagnostic` when the processes of this machine cannot be listed.
func liveness(of run: RunRow) throws -> RunLiveness {
    try liveness(of: run.process, workingOn: run.id)
}

/// The same for a process that is recorded elsewhere: whoever takes a lock works on the run before the run says so.
func liveness(of process: JSONValue?, workingOn run: String) throws -> RunLiveness {
    guard let process else { return try liveness(ofLeftoversOf: run) }
    guard let identity = try? process.decoded(as: ProcessIdentity.self) else {
        return .cannotTell("its process is recorded in a form that this program does not know")
    }
    return try liveness(of: identity, workingOn: run)
}

func liveness(of process: ProcessIdentity, workingOn run: String) throws -> RunLiveness {
    switch process.liveness() {
    case .alive: .working
    case .cannotTell(let reason): .cannotTell(reason)
    case .dead: try liveness(ofLeftoversOf: run)
    }
}

private func liveness(ofLeftoversOf run: String) throws -> RunLiveness {
    let processes = try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run)
    return processes.isEmpty ? .gone : .orphaned(processes.map(\.pid))
}

extension ProjectStore {
    /// Whether anything still works on a run, told by the process that is recorded with it or with its lock.
    ///
    /// Who shares a database may run on machines that were made from one image, and look like one machine before and after
    /// a restart. What a restart has ended has left its workspace here.
    func provenLiveness(of process: JSONValue?, workingOn run: RunRow) throws -> RunLiveness {
        let state = try liveness(of: process, workingOn: run.id)
        guard records.home.isShared, state == .gone,
            let identity = try? process?.decoded(as: ProcessIdentity.self), identity.isOfAnotherBoot,
            try workspace(of: run) == nil
        else { return state }
        return .cannotTell("it is of `\(identity.host)` before a restart, or of another machine with this name")
    }

    /// This process, as the owner of a lock.
    func lockOwner() throws -> LockOwner {
        let identity = ProcessIdentity.current()
        return LockOwner(name: identity.description, user: userName, process: try JSONValue(encoding: identity))
    }

    /// What a workspace is needed for by now.
    func use(of holder: SlotHolder) async throws -> SlotUse {
        let run = try await records.run(holder.run)
        switch try liveness(of: holder.process, workingOn: holder.run) {
        case .working, .orphaned: return .held
        // Somebody who knew it to be dead has ended a run that is over.
        case .cannotTell: return run?.status.isTerminal == true ? try await leftovers(of: run) : .held
        case .gone: return run?.status == .applying ? .held : try await leftovers(of: run)
        }
    }

    /// A run whose lock was taken by force may have gone on without recording it, and one that the database does not know
    /// it may have forgotten: an older copy was restored. A plan leaves nothing that is not kept.
    private func leftovers(of run: RunRow?) async throws -> SlotUse {
        guard let run else { return .evidence }
        // The database may not know either that it was applied.
        if try await states.forgottenApply(to: run.stack)?.run == run.id { return .evidence }
        return run.status == .interrupted && run.binding != nil ? .evidence : .free
    }
}
