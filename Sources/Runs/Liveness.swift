import ChildProcess
import FoundationEssentials
import JSON
import Records
import Terraform

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

/// Looks for the run's process and for everything that carries the run's id in its environment.
///
/// - Throws: a `Diagnostic` when the processes of this machine cannot be listed.
func liveness(of run: RunRow) throws -> RunLiveness {
    guard let process = run.process else { return .gone }
    guard let identity = try? process.decoded(as: ProcessIdentity.self) else {
        return .cannotTell("its process is recorded in a form that this program does not know")
    }
    switch identity.liveness() {
    case .alive: return .working
    case .cannotTell(let reason): return .cannotTell(reason)
    case .dead:
        let processes = try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run.id)
        return processes.isEmpty ? .gone : .orphaned(processes.map(\.pid))
    }
}
