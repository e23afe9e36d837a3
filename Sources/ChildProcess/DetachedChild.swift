import Diagnostics
import Subprocess
package import SystemPackage

/// A process in the background that outlives the one that started it.
package struct DetachedChild: Sendable {
    package let identity: ProcessIdentity
    private let shielded: Task<ChildExit, any Error>

    fileprivate init(identity: ProcessIdentity, shielded: Task<ChildExit, any Error>) {
        self.identity = identity
        self.shielded = shielded
    }

    /// Waits until the process has ended. Cancelling ends the waiting, not the process.
    package func exit() async throws -> ChildExit {
        let (results, result) = AsyncStream<Result<ChildExit, any Error>>.makeStream()
        Task {
            result.yield(await shielded.result)
            result.finish()
        }
        for await result in results { return try result.get() }
        throw CancellationError()
    }
}

/// Starts a process that outlives this one, and returns as soon as it runs.
///
/// It gets a session of its own, standard input from `/dev/null`, and both outputs appended to one file. Neither
/// cancelling the calling task nor the end of this process reaches it.
///
/// - Parameter output: a file that is made with mode 0600, or appended to.
/// - Throws: a `Diagnostic` when the file cannot be opened or the process not be started; `CancellationError` when
///   the task was cancelled before the start.
package func startDetached(_ command: ChildCommand, output: FilePath) async throws -> DetachedChild {
    try Task.checkCancellation()
    let configuration = try command.configuration(teardown: [])
    let descriptor = try openForAppending(output)
    let (starts, start) = AsyncStream<ProcessIdentity>.makeStream()
    let shielded = Task {
        defer { start.finish() }
        let result = try await run(
            configuration,
            input: .none,
            output: .fileDescriptor(descriptor, closeAfterSpawningProcess: true),
            error: .combinedWithOutput
        ) { execution in
            if let identity = execution.identity { start.yield(identity) }
        }
        return ChildExit(result.terminationStatus)
    }
    do {
        // Not a loop over the stream in this task: a cancelled one would miss who has been started.
        if let identity = await Task(operation: { await starts.first { _ in true } }).value {
            return DetachedChild(identity: identity, shielded: shielded)
        }
        _ = try await shielded.value
        throw Diagnostic.error("`\(command.displayName)` ended before it could be looked at", outcome: .internalFailure)
    } catch {
        throw Diagnostic.translating(error, program: command.displayName)
    }
}
