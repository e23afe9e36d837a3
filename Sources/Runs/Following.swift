import ChildProcess
import Diagnostics
import Files
import FoundationEssentials
import Records
import SystemPackage
import Terraform

extension Engine {
    /// Starts a process of its own that applies the run's saved plan and outlives this one.
    package func startExecutor(run: String, _ options: ExecutionOptions) async throws -> Executor {
        var arguments = ["execute", run, "-C", store.root.string]
        if options.lockTimeout > .zero {
            arguments += ["--lock-timeout", "\(options.lockTimeout.components.seconds)s"]
        }
        if !options.usesGateway { arguments.append("--no-provider-gateway") }
        arguments += ["--stop-timeout", "\(options.stopTimeout.components.seconds)s"]
        for address in options.allowedAddresses.sorted() { arguments += ["--allow-destroy", address] }
        let output = store.executorFolder.appending("\(run).log")
        try makePrivateFolder(store.executorFolder)
        // With the run's id it is found again, also before the run's record names it, and so is a child of its that has
        // not become Terraform yet.
        let environment = store.environment.merging([TerraformEnvironment.runVariable: run]) { $1 }
        let child = try await startDetached(
            ChildCommand(
                .thisProgram, arguments: arguments, environment: environment, workingDirectory: store.root),
            output: output)
        return Executor(child: child, output: output)
    }
}

/// A started executor, as the process that started it sees it.
package struct Executor: Sendable {
    let child: DetachedChild
    let output: FilePath

    /// Asks it for the run's end without the database.
    ///
    /// - Returns: whether it was there to be asked.
    package func interrupt() throws -> Bool { try child.identity.send(.interrupt) }
}

extension ProjectStore {
    /// What executors write beside their runs: the errors of those that could not begin.
    var executorFolder: FilePath { Self.executorFolder(dataFolder) }

    private static func executorFolder(_ dataFolder: FilePath) -> FilePath { dataFolder.appending("executors") }

    /// The runs whose executors may be at work: each has a file there.
    static func executors(of dataFolder: FilePath) throws -> [String] {
        let folder = executorFolder(dataFolder)
        guard exists(folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder.string).compactMap { FilePath($0).stem }
    }

    /// The events of a run from outside, as they are kept: whether the run is this process's own, another's, or over.
    ///
    /// - Parameters:
    ///   - sequence: the event behind which to begin.
    ///   - executor: the process that was started for it, if this one did; its death ends the following.
    /// - Returns: a sequence that ends with the run. It throws a `Diagnostic` when the executor ended without having
    ///   ended the run.
    package func follow(
        _ run: String, after sequence: Int = 0, executor: Executor? = nil
    ) -> AsyncThrowingStream<RecordedEvent, any Error> {
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
        _ run: String, after sequence: Int, _ executor: Executor?, _ yield: (RecordedEvent) -> Void
    ) async throws {
        var place = Place(sequence: sequence)
        var outage: ContinuousClock.Instant?
        while true {
            do {
                guard try await look(at: run, executor, &place, yield) else { break }
                outage = nil
            } catch let problem as Diagnostic where records.mayWorkLater(problem) {
                // The run goes on without its database, and so do those who look at it.
                if outage == nil {
                    yield(RecordedEvent(.problem(.warning(problem.message, hint: "The run goes on without it"))))
                }
                let begin = outage ?? .now
                outage = begin
                if let executor {
                    if executor.child.identity.liveness() == .dead {
                        throw executorDied(over: run, try said(by: executor))
                    }
                } else if .now - begin > outageLimit {
                    throw problem
                }
                try await Task.sleep(for: .seconds(1))
            }
        }
        try await requireEnd(of: run, executor)
    }

    /// How far a run has been followed.
    private struct Place {
        var sequence: Int
        /// The end that the events have told so far.
        var end: RunStatus?
        var lastEvent = ContinuousClock.now
        /// When it is asked next whether the run is silent; nil once that was told.
        var nextLookAtLock: ContinuousClock.Instant? = .now + .seconds(10)
    }

    /// A run of another machine may have died with it: nobody hears of that but by its silence.
    private func silence(of run: String, _ place: inout Place) async throws -> Diagnostic? {
        guard records.home.isShared, let next = place.nextLookAtLock, ContinuousClock.now > next else { return nil }
        place.nextLookAtLock = .now + .seconds(10)
        guard let row = try await records.run(run), let holder = try await records.lockHolder(of: row.stack),
            holder.run == run, holder.hasExpired
        else { return nil }
        place.nextLookAtLock = nil
        return .warning(
            "run `\(run)` has been silent since \(holder.lastWord.map(Timestamp.text) ?? holder.since)",
            hint:
                "Its machine, or its way to the database, may be gone; `stack state unlock --help` tells what to do then"
        )
    }

    /// Gives out what is new, and waits a little where nothing is.
    ///
    /// - Returns: whether more may come.
    private func look(
        at run: String, _ executor: Executor?, _ place: inout Place, _ yield: (RecordedEvent) -> Void
    ) async throws -> Bool {
        // Asked before the events are read: what was written until then is certainly seen.
        let isOver = try await isOver(run, executor, place.end)
        let rows = try await records.events(run: run, after: place.sequence)
        for row in rows {
            place.sequence = row.sequence
            guard let recorded = RecordedEvent(row) else { continue }
            if case .ended(let status, _) = recorded.event { place.end = status }
            yield(recorded)
            place.lastEvent = .now
        }
        guard rows.isEmpty else { return true }
        if isOver { return false }
        if executor == nil, let silence = try await silence(of: run, &place) { yield(RecordedEvent(.problem(silence))) }
        // Where much happens, more is soon to come, and the end with it. A server has others to answer, too.
        let idle = ContinuousClock.now - place.lastEvent
        let longest = Duration.milliseconds(records.home.isShared ? 250 : 50)
        try await Task.sleep(for: max(min(idle / 10, longest), .milliseconds(5)))
        return true
    }

    /// The run has ended and nobody writes to its record any more.
    ///
    /// - Parameter end: the end that the events have told so far. A run's process records its end first, so that the lock
    ///   is free, and tells what is left to tell after that.
    private func isOver(_ run: String, _ executor: Executor?, _ end: RunStatus?) async throws -> Bool {
        if let executor { return executor.child.identity.liveness() == .dead }
        guard let row = try await records.run(run) else {
            throw Diagnostic.error("there is no run `\(run)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        guard row.status.isActive else {
            return !row.status.isTold || row.status == end || !hasJustEnded(row)
        }
        return try liveness(of: row) == .gone
    }

    /// Whether the process that ended the run may still be telling what is left to tell.
    private func hasJustEnded(_ run: RunRow) -> Bool {
        guard let end = run.endedAt.flatMap({ try? Timestamp.date($0) }) else { return false }
        return Date().timeIntervalSince(end) < 5
    }

    /// An executor that ended without ending its run has said why on its standard error.
    private func requireEnd(of run: String, _ executor: Executor?) async throws {
        guard let executor else { return }
        let said = try said(by: executor)
        // A server that was set back may have lost the run.
        guard let row = try await records.run(run) else { throw executorFailure(said, run: run) }
        if row.status == .applying { throw executorDied(over: run, said) }
        if !row.status.isTerminal || row.status == .stale || !said.isEmpty { throw executorFailure(said, run: run) }
    }
}

/// Whoever follows an executor to its end is the one who tells what it said.
private func said(by executor: Executor) throws -> Data {
    defer { try? removeTree(executor.output) }
    return try readFile(executor.output) ?? Data()
}

/// How long one who looks at another's run waits for the database to come back.
private let outageLimit = Duration.seconds(300)

/// Terraform may still be at work then: its output is in files, and nothing of it ends with the executor.
private func executorDied(over run: String, _ said: Data) -> DiagnosticList {
    let problems = diagnostics(said)
    return DiagnosticList(
        problems + [
            .error(
                "the process that applies run `\(run)` has died",
                hint: "`stack recover` waits for what it started and takes in what Terraform has saved")
        ])
}

private func diagnostics(_ said: Data) -> [Diagnostic] {
    said.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONDecoder().decode(Diagnostic.self, from: $0) }
}

extension RunStatus {
    /// Whether the process that brings a run to this end also tells it, as the run's last event.
    fileprivate var isTold: Bool {
        switch self {
        case .succeeded, .unchanged, .preview, .failed, .canceled, .interrupted: true
        case .queued, .planning, .planned, .awaitingApproval, .applying, .discarded, .superseded, .stale: false
        }
    }
}

/// The diagnostics that an executor wrote, one JSON object a line; anything else that it wrote is told as it is.
private func executorFailure(_ said: Data, run: String) -> DiagnosticList {
    let lines = said.split(separator: UInt8(ascii: "\n"))
    let problems = diagnostics(said)
    guard problems.isEmpty else { return DiagnosticList(problems) }
    return DiagnosticList([
        .error(
            "the process that applies run `\(run)` ended before it had begun",
            notes: lines.map { Diagnostic.Note(String(decoding: $0, as: UTF8.self)) }, outcome: .internalFailure)
    ])
}
