import Diagnostics
import Runs
import Synchronization

/// The plans that one command is making, and what a signal does to them: the first interrupts Terraform, a second one
/// kills it. A plan changes nothing, so nothing is lost.
final class PlansUnderWay: Sendable {
    private let store: ProjectStore
    /// By stack.
    private let runs = Mutex<[String: String]>([:])

    init(store: ProjectStore) {
        self.store = store
    }

    func record(_ event: GraphEvent) {
        guard case .run(let event, let stack, let run) = event else { return }
        if case .ended = event { return runs.withLock { $0[stack] = nil } }
        runs.withLock { $0[stack] = run }
    }

    func interruptible<Value: Sendable>(
        in context: CommandContext, _ work: () async throws -> Value
    ) async throws -> Value {
        try await context.signals.insisting(by: { await self.kill() }) {
            try await withTaskCancellationHandler {
                try await work()
            } onCancel: {
                context.say("Interrupting Terraform; once more kills it.", .warning)
            }
        }
    }

    private func kill() async {
        // One that cannot be killed now is asked for again.
        for run in runs.withLock({ $0.values.sorted() }) { _ = try? await store.killPlanning(run) }
    }
}
