package import Definitions
import Diagnostics
import Files
import Records
import SystemPackage

extension ProjectStore {
    /// Does some work on stacks when their turn has come: of plans that several processes make side by side, to apply them
    /// without asking anybody, all but one would be stale. Whoever dies loses the turn.
    ///
    /// It holds between the processes of this machine that call this, and keeps nobody else from applying.
    ///
    /// - Parameter onWait: told the stack whose turn has not come.
    /// - Throws: what the work throws; a `Diagnostic` with the outcome `unavailable` when a turn does not come in time.
    package func inTurn<Value>(
        _ stacks: [StackDefinition], until deadline: ContinuousClock.Instant, onWait: (String) -> Void,
        _ work: () async throws -> Value
    ) async throws -> Value {
        var rows: [StackRow] = []
        for stack in stacks { rows.append(try await identify(stack.name.value).row) }
        // In one order, so that no two processes wait for each other.
        return try await inTurn(rows.sorted { $0.id < $1.id }[...], until: deadline, onWait: onWait, work)
    }

    private func inTurn<Value>(
        _ rows: ArraySlice<StackRow>, until deadline: ContinuousClock.Instant, onWait: (String) -> Void,
        _ work: () async throws -> Value
    ) async throws -> Value {
        guard let row = rows.first else { return try await work() }
        let turn = try await turn(of: row, until: deadline, onWait: onWait)
        let value = try await inTurn(rows.dropFirst(), until: deadline, onWait: onWait, work)
        _ = consume turn
        return value
    }

    private func turn(
        of row: StackRow, until deadline: ContinuousClock.Instant, onWait: (String) -> Void
    ) async throws -> FileLock {
        let file = dataFolder.appending("turn-\(row.id).lock")
        if let turn = try await FileLock.acquire(file, until: .now) { return turn }
        onWait(row.name)
        if let turn = try await FileLock.acquire(file, until: deadline, pollInterval: .milliseconds(100)) {
            return turn
        }
        throw Diagnostic.error(
            "others that apply `\(row.name)` were before this command, and are not done",
            hint: "Wait longer with `--lock-timeout`; `stack runs \(row.name)` shows them", outcome: .unavailable)
    }
}
