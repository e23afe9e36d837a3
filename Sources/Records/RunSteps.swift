import Diagnostics
package import FoundationEssentials
package import JSON

// What takes a run from one status to another.
extension Records {
    /// Takes a run one step further.
    ///
    /// - Parameter lock: what has to be held; nil for a run that takes none.
    /// - Throws: a `Diagnostic` when the run is no longer at a step that this one may follow, or the lock was lost.
    package func advance(
        run id: String, to status: RunStatus, message: String? = nil, under lock: LockToken? = nil
    ) async throws {
        let now = timestamp
        try await write(aboutRun: id) { connection in
            if let lock { try connection.require(lock) }
            try connection.advance(run: id, to: status, message: message, at: now)
        }
    }

    /// Stores a finished plan with all that belongs to it; an older saved plan of the stack is superseded.
    ///
    /// - Parameters:
    ///   - process: who is about to ask whether to apply it; nil when nobody is.
    ///   - isSuperseded: whether an older plan that waits gives way to this one; not when somebody is asked about it.
    /// - Throws: `CancellationError` when somebody has asked for the run's end; nothing is stored then.
    package func savePlan(
        run id: String, stack: String, status: RunStatus, binding: JSONValue, summary: JSONValue,
        artifacts: [RunArtifact: Data], process: JSONValue? = nil,
        superseding isSuperseded: @escaping @Sendable (RunRow) throws -> Bool = { _ in true }
    ) async throws {
        let now = timestamp
        let sealedArtifacts = try artifacts.map { kind, data in
            (kind, try sealed(data, names: ["artifact", id, kind.rawValue]))
        }
        try await write(about: stack) { connection in
            guard try !connection.isCancelRequested(run: id) else { throw CancellationError() }
            let older = status.hasPendingPlan ? try connection.pendingRuns(stack: stack) : []
            for older in try older.filter(isSuperseded) {
                try connection.advance(
                    run: older.id, to: .superseded, message: "run `\(id)` made a newer plan", at: now)
            }
            for (kind, chunks) in sealedArtifacts { try connection.insert(chunks, kind, run: id) }
            try connection.execute(
                "UPDATE run SET binding = $1, summary = $2 WHERE id = $3",
                [.text(binding.text), .text(summary.text), .text(id)])
            try connection.advance(run: id, to: status, message: nil, at: now)
            // Who looks and finds nothing knows better than whoever has looked before.
            if status == .unchanged, try connection.operation(of: id) == .refresh {
                try connection.forgetDrift(of: stack)
            }
            if status.hasPendingPlan, let process {
                try connection.execute(
                    "UPDATE run SET process = $1 WHERE id = $2", [.text(process.text), .text(id)])
            }
        }
    }

    /// Keeps a saved plan from being superseded while somebody is asked about it.
    package func hold(planOf run: String, for process: JSONValue) async throws {
        try await write(aboutRun: run) { connection in
            guard try connection.status(of: run).hasPendingPlan else { return }
            try connection.execute("UPDATE run SET process = $1 WHERE id = $2", [.text(process.text), .text(run)])
        }
    }

    /// Consumes a saved plan, once: nobody can enter `applying` with it again.
    ///
    /// - Parameter base: the version that the plan was made on.
    /// - Throws: a `Diagnostic` when the lock was lost, the stack has another state by now, somebody asked for the run's end
    ///   (it has ended then), or the plan was consumed, superseded or discarded meanwhile.
    package func consumePlan(lock: LockToken, base: Int, process: JSONValue) async throws {
        let now = timestamp
        let isCancelled = try await write(about: lock.stack) { connection in
            try connection.require(lock)
            guard try connection.newestSettledSequence(of: lock.stack) == base else { throw stateHasMoved() }
            if try connection.endIfCancelled(run: lock.run, at: now) { return true }
            try connection.advance(run: lock.run, to: .applying, message: nil, at: now)
            try connection.execute(
                "UPDATE run SET process = $1, applied_at = $2 WHERE id = $3",
                [.text(process.text), .text(now), .text(lock.run)])
            return false
        }
        if isCancelled { throw cancelledBeforeApply(lock.run) }
        // From now on there is something to recover, also for whoever finds the database without its second file.
        try? await home.file?.checkpoint()
    }

    /// Ends a run that is about to be applied when somebody has asked for that: the mark would stay, and end whoever
    /// applied its plan later.
    ///
    /// - Throws: a `Diagnostic` when the run has ended so.
    package func requireWanted(run id: String) async throws {
        guard try await run(id)?.cancelRequestedAt != nil else { return }
        let now = timestamp
        guard try await write(aboutRun: id, { try $0.endIfCancelled(run: id, at: now) }) else { return }
        throw cancelledBeforeApply(id)
    }

    /// Ends an apply: its last state becomes the one to plan on, and the lock is released, all or nothing.
    package func finish(
        lock: LockToken, status: RunStatus, message: String?, exitCode: Int?, unknownResources: JSONValue?
    ) async throws {
        let now = timestamp
        try await write(about: lock.stack) { connection in
            try connection.require(lock)
            try connection.settleStates(of: lock.run, stack: lock.stack, succeeded: status == .succeeded)
            try connection.execute(
                "UPDATE run SET exit_code = $1, unknown_resources = $2 WHERE id = $3",
                [exitCode.map { SQLValue($0) } ?? .null, SQLValue(unknownResources?.text), .text(lock.run)])
            try connection.advance(run: lock.run, to: status, message: message, at: now)
            try connection.release(lock)
        }
        try? await home.file?.checkpoint()
    }

    package func approve(run id: String, approval: RunApproval) async throws {
        let (now, approval) = (timestamp, try text(approval))
        try await write(aboutRun: id) { connection in
            try connection.execute("UPDATE run SET approval = $1 WHERE id = $2", [.text(approval), .text(id)])
            try connection.advance(run: id, to: .planned, message: nil, at: now)
        }
    }

    /// Asks the process that works on the run to stop; it looks for this mark. A run that plans can never be applied from
    /// then on: its plan is not saved.
    ///
    /// - Parameter statuses: those that the run must be in.
    /// - Returns: whether the run is marked; false when it is in another status by now.
    package func requestCancel(run id: String, in statuses: Set<RunStatus>) async throws -> Bool {
        let now = timestamp
        return try await write(aboutRun: id) { connection in
            guard statuses.contains(try connection.status(of: id)) else { return false }
            try connection.execute(
                "UPDATE run SET cancel_requested_at = COALESCE(cancel_requested_at, $1) WHERE id = $2",
                [.text(now), .text(id)])
            return true
        }
    }

    /// Ends a run that plans, unless it has come to another end by itself.
    ///
    /// - Returns: whether this has ended it.
    package func endPlanning(run id: String, as status: RunStatus, message: String) async throws -> Bool {
        let now = timestamp
        return try await write(aboutRun: id) { connection in
            guard try connection.status(of: id).isPlanning else { return false }
            try connection.advance(run: id, to: status, message: message, at: now)
            return true
        }
    }
}

extension SQLConnection {
    func status(of run: String) throws -> RunStatus {
        guard let status = try row("SELECT status FROM run WHERE id = $1", [.text(run)])?.text("status"),
            let known = RunStatus(rawValue: status)
        else { throw unknownRun(run) }
        return known
    }

    func operation(of run: String) throws -> RunOperation {
        let name = try row("SELECT operation FROM run WHERE id = $1", [.text(run)])?.text("operation")
        guard let known = name.flatMap(RunOperation.init) else { throw unknownRun(run) }
        return known
    }

    func isCancelRequested(run id: String) throws -> Bool {
        try row("SELECT 1 AS found FROM run WHERE id = $1 AND cancel_requested_at IS NOT NULL", [.text(id)]) != nil
    }

    /// - Returns: whether somebody had asked for the end.
    fileprivate func endIfCancelled(run id: String, at time: String) throws -> Bool {
        guard try isCancelRequested(run: id) else { return false }
        try advance(run: id, to: .canceled, message: "cancelled before anything was applied", at: time)
        return true
    }

    /// The only way in which a run's status changes.
    func advance(run id: String, to status: RunStatus, message: String?, at time: String) throws {
        let known = try self.status(of: id)
        guard known.next(in: try operation(of: id)).contains(status) else {
            throw runMoved(id, from: known, to: status)
        }
        try execute(
            "UPDATE run SET status = $1, message = COALESCE($2, message), ended_at = COALESCE($3, ended_at) WHERE id = $4",
            [.text(status.rawValue), SQLValue(message), status.isTerminal ? .text(time) : .null, .text(id)])
        // Who asks about a plan goes on asking when somebody approves it.
        if status.isTerminal || (known.isActive && !status.isActive) {
            try execute("UPDATE run SET process = NULL WHERE id = $1", [.text(id)])
        }
        if status.isTerminal {
            // What a plan holds is secret and of no use once the run is over; the view of it stays readable. What a run
            // that has applied knew as secret is in the state that it leaves.
            let kept: [RunArtifact] = known == .applying ? [.view, .secrets] : [.view]
            let kinds = kept.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            try execute("DELETE FROM run_artifact WHERE run = $1 AND kind NOT IN (\(kinds))", [.text(id)])
        }
    }
}

private func unknownRun(_ id: String) -> Diagnostic {
    .error("there is no run `\(id)`", hint: "`stack runs` lists the runs")
}

private func cancelledBeforeApply(_ id: String) -> Diagnostic {
    .error("run `\(id)` was cancelled before anything was applied", hint: "Make a new plan", outcome: .refused)
}

private func runMoved(_ id: String, from current: RunStatus, to wanted: RunStatus) -> Diagnostic {
    .error(
        "run `\(id)` is \(current.rawValue) and cannot become \(wanted.rawValue)",
        hint: "See `stack run \(id)`", outcome: .refused)
}

private func text(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}
