import Diagnostics

/// The exit codes of every command; `stack help exit-codes` explains them.
enum ExitStatus {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    static let changesPending: Int32 = 2
    static let refused: Int32 = 3
    static let usage: Int32 = 64
    static let internalError: Int32 = 70
    static let tryAgain: Int32 = 75
    /// As of a program that SIGPIPE ends.
    static let outputClosed: Int32 = 141

    /// What each code means, for `stack help exit-codes`.
    static let explanations: [(code: Int32, meaning: String)] = [
        (done, "done; `plan --detailed-exitcode`: nothing to change; `drift`: in sync"),
        (failed, "failed: an invalid definition, a plan or an apply that failed"),
        (changesPending, "`plan --detailed-exitcode`: there is something to change; `drift`: drifted"),
        (refused, "refused: protection, a missing approval, a stale plan, a new stack, a `no`"),
        (usage, "wrong usage: an unknown command, flag, stack or run, no project"),
        (internalError, "an internal error"),
        (tryAgain, "try again later: a lock is held, the database is away, the disk is full"),
        (StopSignal.hangUp.exitCode, "ended by SIGHUP"),
        (StopSignal.interrupt.exitCode, "ended by SIGINT (Ctrl-C)"),
        (outputClosed, "nobody reads standard output any more: `stack … | head`"),
        (StopSignal.terminate.exitCode, "ended by SIGTERM"),
    ]

    static func code(for outcome: Diagnostic.Outcome) -> Int32 {
        switch outcome {
        case .failed: failed
        case .refused: refused
        case .usage: usage
        case .unavailable: tryAgain
        case .internalFailure: internalError
        }
    }

    /// The code of several problems; warnings and notes have none.
    static func code(for problems: [Diagnostic]) -> Int32 {
        worst(of: problems.filter { $0.severity == .error }.map { code(for: $0.outcome) })
    }

    /// Of several stacks the worst counts: a failure before a refusal, a refusal before a wait, a wait before changes.
    static func worst(of codes: some Sequence<Int32>) -> Int32 {
        let order = [internalError, usage, failed, refused, tryAgain, changesPending]
        let codes = Set(codes)
        return order.first(where: codes.contains) ?? codes.first { $0 != done } ?? done
    }
}

/// Any error as a person is told it; one that is none of ours is a defect.
func diagnostics(of error: any Error) -> [Diagnostic] {
    switch error {
    case let problem as Diagnostic: [problem]
    case let problems as DiagnosticList: problems.diagnostics
    default: [.error("\(error)", outcome: .internalFailure)]
    }
}
