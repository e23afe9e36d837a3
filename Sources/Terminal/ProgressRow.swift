import Diagnostics

/// What one stack is doing or has come to. Times count from one common start.
struct ProgressRow {
    enum State {
        /// When nothing was done for it yet.
        case waiting
        /// When it is in a phase, since `since`; in its first one it was since `start`.
        case working(phase: String, since: Duration, start: Duration)
        /// When it has come to an end; `time` is how long it was at work, nil for one that was not.
        case ended(String, TextStyle, time: Duration?)
    }

    let stack: String
    var state = State.waiting
    /// What it does in its phase, or waits for, or why it has ended so.
    var detail = ""
    /// What its plan changes.
    var counts = ""

    var isWaiting: Bool { if case .waiting = state { true } else { false } }
    var hasFailed: Bool { if case .ended(_, .error, _) = state { true } else { false } }
    var isDone: Bool { if case .ended = state { !hasFailed } else { false } }

    var phase: (name: String, since: Duration, start: Duration)? {
        if case .working(let name, let since, let start) = state { (name, since, start) } else { nil }
    }

    var text: StyledSpan {
        switch state {
        case .waiting: StyledSpan("waiting", .faint)
        case .working(let phase, _, _): StyledSpan(phase)
        case .ended(let result, let style, _): StyledSpan(result, style)
        }
    }

    /// Tells without colours, too, how it stands.
    func mark(whileWorking spinner: String) -> StyledSpan {
        switch state {
        case .waiting: StyledSpan("·", .faint)
        case .working: StyledSpan(spinner, .hint)
        case .ended(_, .error, _): StyledSpan("✗", .error)
        case .ended(_, .warning, _): StyledSpan("!", .warning)
        case .ended(_, let style, _): StyledSpan("✓", style)
        }
    }

    /// How long it is at work, or only in its phase.
    func time(at now: Duration, ofPhase: Bool) -> Duration? {
        switch state {
        case .waiting: nil
        case .working(_, let since, let start): now - (ofPhase ? since : start)
        case .ended(_, _, let time): time
        }
    }
}
