import ChildProcess
import Diagnostics
import Files
import FoundationEssentials
import Records
import SystemPackage

extension Engine {
    /// Starts a process of its own that applies the run's saved plan and outlives this one.
    package func startExecutor(run: String, _ options: ExecutionOptions) async throws -> Executor {
        var arguments = ["execute", run, "-C", store.root.string]
        if options.lockTimeout > .zero {
            arguments += ["--lock-timeout", "\(options.lockTimeout.components.seconds)s"]
        }
        for address in options.allowedAddresses.sorted() { arguments += ["--allow-destroy", address] }
        let output = store.dataFolder.appending("executors").appending("\(run).log")
        try makePrivateFolder(output.removingLastComponent())
        let child = try await startDetached(
            ChildCommand(
                .path(program), arguments: arguments, environment: store.environment,
                workingDirectory: store.root),
            output: output)
        return Executor(child: child, output: output)
    }
}

/// A started executor, as the process that started it sees it.
package struct Executor: Sendable {
    let child: DetachedChild
    let output: FilePath
}

extension ProjectStore {
    /// The events of a run from outside, as they are kept: whether the run is this process's own, another's, or over.
    ///
    /// - Parameters:
    ///   - sequence: the event behind which to begin.
    ///   - executor: the process that was started for it, if this one did; its death ends the following.
    /// - Returns: a sequence that ends with the run. It throws a `Diagnostic` when the executor ended without having
    ///   ended the run.
    package func follow(
        _ run: String, after sequence: Int = 0, executor: Executor? = nil
    ) -> AsyncThrowingStream<RunEvent, any Error> {
        AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    try await self.follow(run, after: sequence, executor) { continuation.yield($0) }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func follow(
        _ run: String, after sequence: Int, _ executor: Executor?, _ yield: (RunEvent) -> Void
    ) async throws {
        var sequence = sequence
        while true {
            // Asked before the events are read: what was written until then is certainly seen.
            let isOver = try await isOver(run, executor)
            for row in try await records.events(run: run, after: sequence) {
                sequence = row.sequence
                guard let event = RunEvent(row) else { continue }
                yield(event)
            }
            if isOver { return try await requireEnd(of: run, executor) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The run has ended and nobody writes to its record any more.
    private func isOver(_ run: String, _ executor: Executor?) async throws -> Bool {
        if let executor { return executor.child.identity.liveness() == .dead }
        guard let row = try await records.run(run) else {
            throw Diagnostic.error("there is no run `\(run)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        guard row.status.isActive else { return true }
        return try liveness(of: row) == .gone
    }

    /// An executor that ended without ending its run has said why on its standard error.
    private func requireEnd(of run: String, _ executor: Executor?) async throws {
        guard let executor else { return }
        defer { try? removeTree(executor.output) }
        guard let row = try await records.run(run), !row.status.isTerminal || row.status == .stale else { return }
        throw executorFailure(try readFile(executor.output) ?? Data(), run: run)
    }
}

/// The diagnostics that an executor wrote, one JSON object a line; anything else that it wrote is told as it is.
private func executorFailure(_ said: Data, run: String) -> DiagnosticList {
    let lines = said.split(separator: UInt8(ascii: "\n"))
    let problems = lines.compactMap { try? JSONDecoder().decode(Diagnostic.self, from: $0) }
    guard problems.isEmpty else { return DiagnosticList(problems) }
    return DiagnosticList([
        .error(
            "the process that applies run `\(run)` ended before it had begun",
            notes: lines.map { Diagnostic.Note(String(decoding: $0, as: UTF8.self)) }, outcome: .internalFailure)
    ])
}
