import Diagnostics
import FoundationEssentials
import Plans
import Records
import Reports
import Runs
import Terminal

/// What is known so far of one stack of a command.
struct StackNotes {
    private var stack: StackReport
    /// Since when its run is at work; nil while none is.
    private var since: Date?

    init(_ name: String, dependencies: [String]) {
        stack = StackReport(name: name, result: .waiting)
        stack.dependencies = dependencies
    }

    mutating func note(_ event: RunEvent, at time: Date, run: String) {
        if case .phase = event {
            stack.run = run
            begin(anew: false)
            stack.start = stack.start ?? time
            since = since ?? time
        }
        // What the stack waits for is another's run.
        guard run == stack.run else { return }
        switch event {
        case .planned(let summary):
            stack.counts = .init(add: summary.add, change: summary.change, destroy: summary.destroy)
        case .problem(let problem): add(problem)
        case .terraform(let event):
            if case .diagnostic(let problem) = event.payload, problem.severity == .error {
                add(renderDiagnostic(problem))
            }
        case .ended(let status, let message):
            stack.seconds = (stack.seconds ?? 0) + (since.map { max(0, time.timeIntervalSince($0)) } ?? 0)
            since = nil
            settle(.init(status), run: run, message: message)
        case .phase, .waitingForLock, .waitingForWorkspace, .cluster: break
        }
    }

    /// - Parameter anew: after an attempt that has failed, and with what went wrong in it.
    mutating func begin(anew: Bool) {
        if anew { stack.errors = [] }
        stack.attempts = max(1, stack.attempts + (anew ? 1 : 0))
    }

    mutating func add(_ problem: Diagnostic) {
        if problem.severity == .error { add(DiagnosticRenderer(width: 100).lines(problem)) }
    }

    private mutating func add(_ error: [StyledLine]) {
        let text = error.map(\.text).joined(separator: "\n")
        // What a run has said the command may say once more.
        if !stack.errors.contains(text) { stack.errors.append(text) }
    }

    mutating func settle(_ result: StackReport.Result, run: String?, message: String?) {
        stack.result = result
        stack.run = run ?? stack.run
        stack.message = message
    }

    /// As it is at the end of the command.
    func report(at end: Date) -> StackReport {
        guard let since, stack.result != .detached else { return stack }
        var stack = stack
        stack.seconds = (stack.seconds ?? 0) + max(0, end.timeIntervalSince(since))
        if [.waiting, .planned].contains(stack.result) {
            stack.result = .failed
            stack.message = "the command has ended before it"
        }
        return stack
    }
}

extension CheckedStack {
    /// What is reported of it, and why.
    var reported: (StackReport.Result, message: String?) {
        switch result {
        case .failure(let error): (.failed, diagnostics(of: error).first?.message)
        case .success(let check):
            switch check.outcome {
            case .neverApplied, .hasNoResources: (.unchanged, check.outcome.word)
            case .recorded(let row): (.init(row.result), row.result == .inSync ? nil : row.text)
            }
        }
    }
}

extension StackReport.Result {
    init(_ result: GraphResult) {
        self =
            switch result {
            case .waiting: .waiting
            case .planned: .planned
            case .preview: .preview
            case .succeeded: .succeeded
            case .unchanged: .unchanged
            case .failed: .failed
            case .skipped: .skipped
            case .refused: .refused
            case .detached: .detached
            }
    }

    /// What a run that has ended so means for its stack.
    init(_ status: RunStatus) {
        self =
            switch status {
            case .planned, .awaitingApproval: .planned
            case .preview: .preview
            case .succeeded: .succeeded
            case .unchanged: .unchanged
            case .discarded, .superseded, .stale: .refused
            case .queued, .planning, .applying, .failed, .canceled, .interrupted: .failed
            }
    }

    init(_ result: DriftResult) {
        self =
            switch result {
            case .inSync: .inSync
            case .drifted: .drifted
            case .unreachable: .unreachable
            }
    }
}
