import Diagnostics
import Records
import Runs
import Terminal

/// How one stack of an apply ended.
struct ApplyResult: Sendable {
    let result: GraphResult
    /// Nil when none was begun.
    let run: String?
    /// How its run ended; nil when it was not applied.
    let status: RunStatus?
    /// Why, for people.
    let message: String?
    let exitCode: Int32
    var duration: Duration?

    init(_ result: GraphResult, run: String?, status: RunStatus? = nil, message: String?, exitCode: Int32) {
        self.result = result
        self.run = run
        self.status = status
        self.message = message
        self.exitCode = exitCode
    }
}

extension ApplyResult {
    /// As it is kept.
    func row(of stack: String) -> GraphRunRow.Stack {
        GraphRunRow.Stack(stack, result, run: run, message: message)
    }

    /// How it ended, as people read it.
    var text: StyledLine {
        switch result {
        case .succeeded, .unchanged: StyledLine((status ?? .unchanged).text, .success)
        case .detached: StyledLine("goes on without this command", .plain)
        case .skipped: StyledLine(message ?? "skipped", .warning)
        case .refused: StyledLine(status?.text ?? "refused" + (message.map { ": \($0)" } ?? ""), .warning)
        case .failed, .waiting, .planned, .preview: StyledLine((status ?? .failed).text, .error)
        }
    }
}
