import Diagnostics
import Subprocess

/// Runs a child that changes nothing (a plan) and hands over its output, standard error merged in, line by line.
///
/// Cancelling the calling task sends one SIGINT and nothing else: the call goes on handing over lines, and returns
/// when the child has ended. The child does not survive this process: its next line ends it by SIGPIPE. For what
/// must survive there is `runToFile`.
///
/// - Parameters:
///   - onStart: told who the child is, before its first line.
///   - onLine: told each line without its line feed, in order; while it works, the child waits. Invalid UTF-8 is
///     replaced by U+FFFD, and only a line feed ends a line.
/// - Returns: how the child ended; no way of ending is an error.
/// - Throws: a `Diagnostic` when the child cannot be started or read; `CancellationError` when the task was cancelled
///   before the start.
package func streamLines(
    _ command: ChildCommand,
    onStart: @escaping @Sendable (ProcessIdentity) async -> Void = { _ in },
    onLine: @escaping @Sendable (String) async -> Void
) async throws -> ChildExit {
    try Task.checkCancellation()
    let stopping = TeardownStep.send(signal: .interrupt, toProcessGroup: false, allowedDurationToNextStep: .seconds(10))
    let configuration = try command.configuration(teardown: [stopping])
    let (interrupts, interrupt) = AsyncStream<Void>.makeStream()
    // A task of its own, never cancelled: in a cancelled one the pipe would be closed, and the child die of SIGPIPE.
    let shielded = Task {
        try await run(configuration, input: .none, output: .sequence, error: .combinedWithOutput) { execution in
            if let identity = execution.identity { await onStart(identity) }
            try await execution.untilEnd(forwarding: interrupts) {
                try await execution.standardOutput.forEachLine(onLine)
            }
        }
    }
    do {
        return try await withTaskCancellationHandler {
            ChildExit(try await shielded.value.terminationStatus)
        } onCancel: {
            interrupt.yield()
        }
    } catch {
        throw Diagnostic.translating(error, program: command.displayName)
    }
}

extension SubprocessOutputSequence {
    /// The library's own splitter suspends for every byte.
    fileprivate func forEachLine(_ body: (String) async -> Void) async throws {
        var splitter = LineSplitter()
        for try await buffer in self {
            for line in buffer.withUnsafeBytes({ splitter.append($0) }) { await body(line.text) }
        }
        if let line = splitter.finish() { await body(line.text) }
    }
}
