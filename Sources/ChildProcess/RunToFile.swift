import CLinux
import Diagnostics
import Subprocess
package import SystemPackage

/// Runs a child that changes things (an apply, a destroy) with both outputs in one file, and returns when it has ended.
///
/// Neither cancelling the calling task nor the death of this process touches the child: it has no pipe to anybody, and
/// a session of its own. Only `interrupts` reach it. Follow the file with `FileFollower`.
///
/// - Parameters:
///   - output: a file that is made with mode 0600, or appended to.
///   - reserving: bytes that are kept free for it, so that a disk that fills up meanwhile swallows no more of what the
///     child says than what goes beyond them; where the file system can.
///   - interrupts: each element sends one SIGINT to the child alone, not to what it started.
///   - interruptLimit: how many elements are passed on; Terraform takes a second one as "exit at once".
///   - onStart: told who the child is. The child is running by then, whatever comes of it here.
/// - Returns: how the child ended; no way of ending is an error.
/// - Throws: a `Diagnostic` when the file cannot be opened or the child not be started; `CancellationError` when the
///   task was cancelled before the start.
package func runToFile(
    _ command: ChildCommand,
    output: FilePath,
    reserving reserved: Int = 0,
    interrupts: AsyncStream<Void>,
    interruptLimit: Int = 1,
    onStart: @escaping @Sendable (ProcessIdentity) async -> Void
) async throws -> ChildExit {
    try Task.checkCancellation()
    let configuration = try command.configuration(teardown: [])
    let descriptor = try openForAppending(output)
    if reserved > 0 { _ = fallocate(descriptor.rawValue, CInt(FALLOC_FL_KEEP_SIZE), 0, off_t(reserved)) }
    // A task of its own, never cancelled: the library kills the child of a cancelled one.
    let shielded = Task {
        try await run(
            configuration,
            input: .none,
            output: .fileDescriptor(descriptor, closeAfterSpawningProcess: true),
            error: .combinedWithOutput
        ) { execution in
            if let identity = execution.identity { await onStart(identity) }
            try await execution.untilEnd(forwarding: interrupts.prefix(interruptLimit))
        }
    }
    do {
        return ChildExit(try await shielded.value.terminationStatus)
    } catch {
        throw Diagnostic.translating(error, program: command.displayName)
    }
}
