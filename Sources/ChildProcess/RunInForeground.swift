import Diagnostics
import Subprocess
package import SystemPackage

/// Runs a child with the standard input, output and error of this process, in a session of its own, and returns when it
/// has ended.
///
/// The child reads and writes a terminal as this process does, but is not reached by its signals, and cannot open
/// `/dev/tty`. Neither cancelling the calling task nor the death of this process touches it.
///
/// - Parameters:
///   - output: a file that gets its standard output instead, made with mode 0600, or appended to.
///   - interrupts: each element sends one SIGINT to the child alone, not to what it started.
///   - onStart: told who the child is. The child is running by then.
/// - Returns: how the child ended; no way of ending is an error.
/// - Throws: a `Diagnostic` when the child cannot be started; `CancellationError` when the task was cancelled before.
package func runInForeground(
    _ command: ChildCommand,
    output: FilePath? = nil,
    interrupts: some AsyncSequence<Void, Never> & Sendable,
    onStart: @escaping @Sendable (ProcessIdentity) async -> Void
) async throws -> ChildExit {
    try Task.checkCancellation()
    let configuration = try command.configuration(teardown: [])
    let file = try output.map(openForAppending)
    // A task of its own, never cancelled: the library kills the child of a cancelled one.
    let shielded = Task {
        try await run(
            configuration,
            input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
            output: .fileDescriptor(file ?? .standardOutput, closeAfterSpawningProcess: file != nil),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false)
        ) { execution in
            if let identity = execution.identity { await onStart(identity) }
            try await execution.untilEnd(forwarding: interrupts)
        }
    }
    do {
        return ChildExit(try await shielded.value.terminationStatus)
    } catch {
        throw Diagnostic.translating(error, program: command.displayName)
    }
}
