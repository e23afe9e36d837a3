import Diagnostics
import Plans

/// What the tasks around one apply know together.
actor ApplyControl {
    private(set) var hasEnded = false
    private(set) var interrupts = 0
    var wasInterrupted: Bool { interrupts > 0 }
    private var interruptsBeforeEnd = 0
    /// Whether an interrupt came when Terraform was no longer there to get it: it is for whatever still has to be done.
    var wasInterruptedSinceEnd: Bool { hasEnded && interrupts > interruptsBeforeEnd }
    private(set) var ledger = ApplyLedger()
    private(set) var firstError: String?
    /// Each element is an interrupt to pass on to Terraform.
    nonisolated let requests: AsyncStream<Void>
    private let request: AsyncStream<Void>.Continuation

    init() {
        (requests, request) = AsyncStream<Void>.makeStream()
    }

    /// Terraform has ended.
    func end() {
        hasEnded = true
        interruptsBeforeEnd = interrupts
    }

    func interrupt() {
        interrupts += 1
        request.yield()
    }

    /// Interrupts Terraform, unless somebody has done so already.
    func interruptFirst() {
        if !wasInterrupted { interrupt() }
    }

    /// - Throws: a `Diagnostic` when somebody has asked for the end before anything was begun.
    func requireUninterrupted() throws {
        guard wasInterrupted else { return }
        throw Diagnostic.error("interrupted before anything was applied", hint: "The plan is kept", outcome: .refused)
    }

    func record(_ event: TerraformEvent) {
        ledger.record(event)
        if firstError == nil, case .diagnostic(let problem) = event.payload, problem.severity == .error {
            firstError = problem.summary
        }
    }
}
