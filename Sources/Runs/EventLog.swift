import Diagnostics
import FoundationEssentials
import JSON
import Plans
import ProviderGateway
import Records
import Secrets

/// Masks the events of one run, hands them on and keeps them as rows.
///
/// Rows are written in batches. When the database cannot take them they are kept and tried again, and nobody waits for
/// that: an event that is late must never stop an apply.
actor EventLog {
    private let records: Records
    private let run: String
    private var secrets: SecretValues
    private let sink: @Sendable (RunEvent) async -> Void
    /// What is kept back; nil when nothing is to be.
    private var held: [RunEvent]?
    private var waiting: [(at: String, type: String, body: JSONValue)] = []
    /// How many of the first of them may have been kept already: a write that failed may only not have been heard of.
    private var unsure = 0
    private var lastFlush = ContinuousClock.now
    private var isFlushDue = false
    /// The write under way; the next one waits for it, so that rows keep the order of the events.
    private var writing: Task<Void, Never>?

    /// How long a row may wait for company.
    private static let flushInterval = Duration.milliseconds(200)
    /// Beyond so many whoever has more to tell waits, as long as the database can be reached.
    private static let mostWaiting = 1000

    init(
        records: Records, run: String, secrets: SecretValues, sink: @escaping @Sendable (RunEvent) async -> Void
    ) {
        self.records = records
        self.run = run
        self.secrets = secrets
        self.sink = sink
    }

    /// Masks these, too, from now on.
    func mask(_ more: SecretValues) { secrets.formUnion(more) }

    /// Keeps back what may quote a value until all that Terraform's plan marks as sensitive is known. Its progress is
    /// seen meanwhile.
    func holdQuotations() { held = [] }

    /// The errors of Terraform among what is kept back.
    var heldErrors: String {
        (held ?? []).compactMap { event in
            guard case .terraform(let event) = event, case .diagnostic(let problem) = event.payload,
                problem.severity == .error
            else { return nil }
            return "\(problem.summary)\n\(problem.detail)"
        }.joined(separator: "\n")
    }

    /// Forgets what was kept back: it is about to be said anew.
    func dropQuotations() { held = [] }

    /// Lets go what was kept back.
    func releaseQuotations() async {
        let events = held ?? []
        held = nil
        for event in events { await emit(event) }
    }

    /// What a line tells of what Terraform, or its gateway, has written.
    ///
    /// - Returns: the event that it is, not masked.
    @discardableResult
    func emit(line: String, places: DiagnosticPlaces) async -> RunEvent {
        if let message = GatewayMessage(line: line) {
            // It may quote a provider.
            let event = RunEvent.problem(message.diagnostic)
            if held == nil { await emit(event) } else { held?.append(event) }
            return event
        }
        let event = RunEvent.terraform(places.placed(TerraformEvent.decode(line: line)))
        await emit(event)
        return event
    }

    func emit(_ event: RunEvent) async {
        if held != nil, event.mayQuote {
            held?.append(event)
            return
        }
        let masked = event.masked(secrets)
        waiting.append((Timestamp.text(Date()), masked.type, masked.body))
        await sink(masked)
        if unsure == 0, waiting.count > Self.mostWaiting { await flush() } else { flushSoon() }
    }

    /// Keeps what has not been kept yet, at once when nothing was written for a while; nobody waits for it.
    func flushSoon() {
        guard !isFlushDue, !waiting.isEmpty else { return }
        isFlushDue = true
        Task {
            try? await Task.sleep(for: max(.zero, Self.flushInterval - (.now - lastFlush)))
            await flush()
            isFlushDue = false
            // What has come meanwhile.
            if unsure == 0 { flushSoon() }
        }
    }

    /// Keeps what has not been kept yet.
    func flush() async {
        lastFlush = ContinuousClock.now
        let write = Task { [writing] in
            await writing?.value
            await self.writeWaiting()
        }
        writing = write
        await write.value
    }

    private func writeWaiting() async {
        while !waiting.isEmpty {
            let batch = unsure > 0 ? Array(waiting.prefix(unsure)) : waiting
            waiting.removeFirst(batch.count)
            do {
                try await records.append(events: batch, run: run, mayBeKept: unsure > 0)
                unsure = 0
            } catch {
                unsure = batch.count
                waiting = batch + waiting
                return
            }
        }
    }
}

extension RunEvent {
    /// Whether it may quote a value: a diagnostic, and every line that is not of Terraform's stream, but of a wrapper, a
    /// provider or a log (which may be JSON) on standard error.
    fileprivate var mayQuote: Bool {
        guard case .terraform(let event) = self else { return false }
        return switch event.payload {
        case .diagnostic, .log: true
        default: event.type.isEmpty
        }
    }

    fileprivate func masked(_ secrets: SecretValues) -> RunEvent {
        switch self {
        case .terraform(let event): .terraform(event.masked(with: secrets))
        case .problem(let problem): .problem(problem.masked(with: secrets))
        case .ended(let status, let message): .ended(status, message: message.map(secrets.masked))
        case .phase, .waitingForLock, .waitingForWorkspace, .planned, .cluster: self
        }
    }
}

/// Runs work that has to be finished even when the caller has been told to stop: what is recorded must be true.
func withoutCancellation<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await Task { try await work() }.value
}
