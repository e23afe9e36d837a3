import Diagnostics
package import FoundationEssentials
package import JSON

// What takes a look for drift to its end, and what is known of a stack with it.
extension Records {
    /// Ends a run that has looked for drift, with what it has found.
    ///
    /// - Parameters:
    ///   - base: the version of the state that was compared with what is there.
    ///   - detail: what has drifted; nil when nothing has.
    ///   - message: the same for people.
    ///   - view: the plan as it is shown, redacted.
    /// - Throws: a `Diagnostic` with the outcome `unavailable` when a run applies something to the stack, or has done so
    ///   meanwhile; `CancellationError` when somebody has asked for the run's end.
    package func endDriftCheck(
        run: String, stack: String, base: Int, detail: JSONValue?, message: String, view: Data
    ) async throws -> DriftRow {
        let now = timestamp
        let sealedView = try sealed(view, names: ["artifact", run, RunArtifact.view.rawValue])
        return try await write(about: stack) { connection in
            guard try !connection.isCancelRequested(run: run) else { throw CancellationError() }
            if let other = try connection.applyingRun(of: stack) { throw isApplying(other) }
            guard try connection.newestSettledSequence(of: stack) == base else { throw wasApplied() }
            try connection.insert(sealedView, .view, run: run)
            try connection.advance(run: run, to: .succeeded, message: message, at: now)
            let result = detail == nil ? DriftResult.inSync : .drifted
            return try connection.putDrift(result, of: stack, run: run, detail: detail, at: now)
        }
    }

    /// Ends a run that has looked for drift and could find nothing out.
    ///
    /// - Parameters:
    ///   - detail: why.
    ///   - message: the same for people.
    /// - Throws: `CancellationError` when somebody has asked for the run's end.
    package func failDriftCheck(
        run: String, stack: String, detail: JSONValue, message: String
    ) async throws -> DriftRow {
        let now = timestamp
        return try await write(about: stack) { connection in
            guard try !connection.isCancelRequested(run: run) else { throw CancellationError() }
            try connection.advance(run: run, to: .failed, message: message, at: now)
            return try connection.putDrift(.unreachable, of: stack, run: run, detail: detail, at: now)
        }
    }

    /// Records that nothing could be found out of a stack.
    ///
    /// - Parameter run: the run that has ended over it; nil when none was begun.
    package func recordUnreachable(stack: String, run: String?, detail: JSONValue) async throws -> DriftRow {
        let now = timestamp
        return try await write(about: stack) { connection in
            try connection.putDrift(.unreachable, of: stack, run: run, detail: detail, at: now)
        }
    }

    /// - Throws: a `Diagnostic` with the outcome `unavailable` while a run applies something to the stack: what differs
    ///   then may be its doing.
    package func requireNotApplying(_ stack: String) async throws {
        let run = try await database.read { try $0.applyingRun(of: stack) }
        if let run { throw isApplying(run) }
    }
}

extension SQLConnection {
    /// What is known of the stack's drift is of no use any more.
    func forgetDrift(of stack: String) throws {
        try execute("DELETE FROM drift WHERE stack = $1", [.text(stack)])
    }

    fileprivate func applyingRun(of stack: String) throws -> String? {
        try row(
            "SELECT id FROM run WHERE stack = $1 AND status = $2 ORDER BY created_at DESC LIMIT 1",
            [.text(stack), .text(RunStatus.applying.rawValue)])?.text("id")
    }

    fileprivate func putDrift(
        _ result: DriftResult, of stack: String, run: String?, detail: JSONValue?, at time: String
    ) throws -> DriftRow {
        let known = try row("SELECT result, since, drifted_since FROM drift WHERE stack = $1", [.text(stack)])
        let before = try known?.optionalText("drifted_since")
        let isSame = try known?.text("result") == result.rawValue
        var (since, driftedSince) = (isSame ? try known?.text("since") ?? time : time, before)
        switch result {
        case .inSync: driftedSince = nil
        case .drifted:
            // A while in which nobody could look ends no drift.
            since = before ?? time
            driftedSince = since
        case .unreachable: break
        }
        try execute(
            """
            INSERT INTO drift (stack, result, checked_at, since, drifted_since, run, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (stack) DO UPDATE SET
            result = excluded.result, checked_at = excluded.checked_at, since = excluded.since,
            drifted_since = excluded.drifted_since, run = excluded.run, detail = excluded.detail
            """,
            [
                .text(stack), .text(result.rawValue), .text(time), .text(since), SQLValue(driftedSince), SQLValue(run),
                SQLValue(detail?.text),
            ])
        guard let kept = try drift(where: "stack.id = $1", [.text(stack)]).first else {
            throw Diagnostic.error("the stack `\(stack)` is not in the database", outcome: .internalFailure)
        }
        return kept
    }
}

private func isApplying(_ run: String) -> Diagnostic {
    .error(
        "run `\(run)` is being applied: what differs now may be its doing",
        hint: "Look again when it is over: `stack logs \(run) --follow`", outcome: .unavailable)
}

private func wasApplied() -> Diagnostic {
    .error(
        "the stack was given another state meanwhile: what differs may be that run's doing", hint: "Look again",
        outcome: .unavailable)
}
