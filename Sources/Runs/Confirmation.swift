import ChildProcess
import FoundationEssentials
import JSON
import Plans
import Records
import Secrets
import StateStore

extension Engine {
    /// What an apply does whose plan has nothing to do. Then the state is what is defined, so its outputs count and its
    /// clusters are recorded: the run that made it may have died before it could do that, or the definition may say
    /// something else of the cluster by now.
    ///
    /// Somebody else's apply that is under way does the same at its end; then nothing is done here.
    ///
    /// - Parameter plan: one that looked at the whole stack.
    /// - Returns: what is worth telling.
    package func confirm(_ plan: PlanResult) async throws -> [RunEvent] {
        let run = plan.run
        guard let row = try await records.run(run), row.status == .unchanged,
            let binding = try row.binding?.decoded(as: PlanBinding.self),
            let stack = try await records.stack(id: row.stack)
        else { return [] }
        guard
            case .success(let lock) = try await records.acquireLock(
                stack: stack.id, run: run, owner: try store.lockOwner())
        else { return [] }
        do {
            let events = try await confirm(binding, row, stack, lock, plan.secrets)
            try await records.releaseLock(lock)
            return events
        } catch {
            try? await withoutCancellation { [records] in try await records.releaseLock(lock) }
            throw error
        }
    }

    private func confirm(
        _ binding: PlanBinding, _ row: RunRow, _ stack: StackRow, _ lock: LockToken, _ secrets: SecretValues
    ) async throws -> [RunEvent] {
        guard let version = try await records.newestSettledState(of: stack.id),
            version.sequence == binding.stateSequence
        else { return [] }
        try await records.confirm(version, lock: lock)
        let bytes = try await records.bytes(of: version)
        try await store.remember(secrets, in: version, bytes)
        return try await store.recordClusters(
            of: stack, row, binding.clusters, state: try TerraformState.decode(bytes), secrets: secrets, lock: lock)
    }
}
