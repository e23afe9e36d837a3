import Diagnostics
import Plans
import Records
import Runs
import Terminal

/// What is under way in the applies of one command, and what a signal does to them.
///
/// The first Ctrl-C sends nothing to anybody: an apply that is interrupted does half of what was wanted. It says what is
/// being made and how to go on.
actor ApplyWatch {
    private let context: CommandContext
    private let store: ProjectStore
    private var running: [String: String] = [:]
    private var executors: [String: Executor] = [:]
    private var ledgers: [String: ApplyLedger] = [:]
    private(set) var isDetached = false
    /// Whether a signal asked for the end: no further apply is begun.
    private(set) var hasStopped = false
    private(set) var endedBy: StopSignal?
    private var detach: [AsyncThrowingStream<RecordedEvent, any Error>.Continuation] = []
    /// What changes nothing, and is cancelled when the end is wanted.
    private var endable: [Int: @Sendable () -> Void] = [:]
    private var newestEndable = 0

    private let isOfMany: Bool

    init(context: CommandContext, store: ProjectStore, isOfMany: Bool) {
        self.isOfMany = isOfMany
        self.context = context
        self.store = store
    }

    /// Counts a run among those that a signal is about, before its executor is started: one that comes meanwhile is for
    /// that executor too.
    ///
    /// - Returns: false when the end was asked for already: then it is not to be begun.
    func begins(_ run: String, stack: String) -> Bool {
        guard !hasStopped else { return false }
        running[run] = stack
        return true
    }

    /// Its executor is there.
    func began(_ run: String, by executor: Executor) { executors[run] = executor }

    func ended(_ run: String) {
        running[run] = nil
        executors[run] = nil
    }

    func record(_ event: RunEvent, run: String) {
        guard case .terraform(let event) = event else { return }
        ledgers[run, default: ApplyLedger()].record(event)
    }

    /// Does work that changes nothing: a plan, a wait. It is cancelled when a signal wants the end.
    ///
    /// - Throws: what the work throws; `CancellationError` when the end is wanted.
    func endable<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard !hasStopped else { throw CancellationError() }
        newestEndable += 1
        let number = newestEndable
        let task = Task { try await work() }
        endable[number] = { task.cancel() }
        defer { endable[number] = nil }
        return try await task.value
    }

    private func endAll() {
        for end in endable.values { end() }
    }

    /// The events, until they end or somebody detaches.
    func untilDetached(
        _ events: AsyncThrowingStream<RecordedEvent, any Error>
    ) -> AsyncThrowingStream<RecordedEvent, any Error> {
        let (stream, continuation) = AsyncThrowingStream<RecordedEvent, any Error>.makeStream()
        let forwarding = Task {
            do {
                for try await event in events { continuation.yield(event) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in forwarding.cancel() }
        if isDetached { continuation.finish() } else { detach.append(continuation) }
        return stream
    }

    func handle(_ signals: AsyncStream<StopSignal>) async {
        var interrupts = 0
        await withThrowingTaskGroup(of: Void.self) { group in
            for await signal in signals {
                hasStopped = true
                switch signal {
                case .hangUp:
                    leave(.hangUp)
                case .terminate:
                    endedBy = .terminate
                    await interruptAll()
                case .interrupt:
                    interrupts += 1
                    if interrupts == 1 {
                        explain()
                        group.addTask { try await self.offerToDetach() }
                    } else if interrupts == 2 {
                        endedBy = .interrupt
                        context.output.message(
                            "Interrupting Terraform: it begins nothing new and saves its state. Once more detaches.",
                            .warning)
                        await interruptAll()
                    } else {
                        leave(.interrupt)
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func explain() {
        let lines = running.sorted { $0.value < $1.value }.flatMap { run, stack -> [StyledLine] in
            let addresses = ledgers[run]?.runningAddresses ?? []
            guard !addresses.isEmpty else { return [StyledLine("  \(stack): nothing at this moment")] }
            return addresses.map { StyledLine("  \(stack): \($0)") }
        }
        let rest = isOfMany ? [StyledLine("Stacks that have not begun are not started any more.", .warning)] : []
        context.output.message(
            [StyledLine("Nothing was interrupted. Still being made:", .warning)] + lines + rest + [
                StyledLine(
                    "Wait for the end, or type d and Enter to detach, or press Ctrl-C again to interrupt.", .hint)
            ])
    }

    private func offerToDetach() async throws {
        while case .text(let answer) = try await Question(output: context.output).ask("") {
            if answer == "d" { return leave(.interrupt) }
        }
    }

    private func interruptAll() async {
        endAll()
        for run in running.keys.sorted() {
            do {
                // One whose executor is only being started ends before it begins.
                _ = try await store.records.requestCancel(run: run, in: [.planned, .awaitingApproval, .applying])
            } catch {
                // The database may be away; the process is here.
                if (try? executors[run]?.interrupt()) != true { context.report(diagnostics(of: error)) }
            }
        }
    }

    /// Ends the following, not the runs.
    private func leave(_ signal: StopSignal) {
        isDetached = true
        endedBy = signal
        endAll()
        for run in running.keys.sorted() {
            context.output.message("The run goes on: stack logs \(run) --follow", .hint)
        }
        for continuation in detach { continuation.finish() }
        detach = []
    }
}
