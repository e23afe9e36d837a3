import ChildProcess
package import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Plans
import Records

extension Engine {
    /// Looks whether what is really there is as a stack's state says, by a refresh-only plan that nobody can apply.
    ///
    /// It takes no lock, keeps no plan, supersedes none, and nobody waits for its workspace.
    ///
    /// - Parameter onEvent: told what happens, masked, and in which run.
    /// - Returns: also where nothing could be found out: that is recorded, too.
    /// - Throws: when nothing was recorded: `CancellationError`; a `Diagnostic` with the outcome `unavailable` while the
    ///   stack is being applied, or where the records cannot be reached; one that says that the state is kept elsewhere.
    package func checkDrift(
        _ definition: StackDefinition, usesGateway: Bool,
        onEvent: @escaping @Sendable (RunEvent, _ run: String) async -> Void
    ) async throws -> DriftCheck {
        // Git looks at the tree while everything else is read.
        async let checkout = store.checkout()
        let stack = try await store.identify(definition.name.value)
        guard !stack.isNew else { return DriftCheck(.neverApplied) }
        guard let newest = try await records.newestSettledState(of: stack.row.id), newest.resources > 0 else {
            return DriftCheck(.hasNoResources)
        }
        try await records.requireNotApplying(stack.row.id)
        let prepared: PreparedStack
        do {
            prepared = try await prepare(definition)
            // Looked at with other values, what is there would seem to be gone.
            try prepared.inputs.requireStored(by: definition.name.value)
        } catch {
            return try await recordObstacle(error, to: stack.row, run: nil)
        }
        var generator = SystemRandomNumberGenerator()
        let run = makeRunID(at: Date(), using: &generator)
        try await records.begin(
            run: run, stack: stack.row.id, operation: .drift,
            origin: store.origin(await checkout, program: programVersion),
            process: try JSONValue(encoding: ProcessIdentity.current()))
        let firstError = FirstError()
        let log = EventLog(records: records, run: run, secrets: prepared.secrets) { event in
            firstError.note(event)
            await onEvent(event, run)
        }
        let look = DriftLook(
            planning: Planning(
                engine: self, run: run, stack: stack, prepared: prepared,
                request: PlanRequest(mode: .refreshOnly, refresh: true, usesGateway: usesGateway), log: log),
            firstError: firstError)
        let check: DriftCheck
        do {
            check = try await work(on: run, log: log, secrets: prepared.secrets) { try await look.perform() }
        } catch {
            // Somebody wanted its end, and nothing is known of the stack.
            guard try await records.run(run)?.status == .failed else { throw error }
            return try await recordObstacle(error, to: stack.row, run: run)
        }
        if case .recorded(let row) = check.outcome { await log.emit(row.end) }
        await log.flush()
        await store.prune(stack.row)
        return check
    }

    /// Records that a stack could not be looked at, unless that is for another's sake: of a run that applies, of the
    /// records, of this program.
    private func recordObstacle(_ error: any Error, to stack: StackRow, run: String?) async throws -> DriftCheck {
        let outcomes: [Diagnostic.Outcome] =
            switch error {
            case let problem as Diagnostic: [problem.outcome]
            case let problems as DiagnosticList: problems.diagnostics.map(\.outcome)
            default: []
            }
        guard !outcomes.isEmpty, !outcomes.contains(.unavailable), !outcomes.contains(.internalFailure) else {
            throw error
        }
        let detail = try JSONValue(encoding: DriftDetail(reason: firstMessage(of: error)))
        let row = try await records.recordUnreachable(stack: stack.id, run: run, detail: detail)
        return DriftCheck(.recorded(row), run: run, problem: error)
    }
}
