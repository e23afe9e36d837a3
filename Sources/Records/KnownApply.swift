extension Records {
    /// Whether the database knows that a plan was applied: that is under way, or over, or so long ago that the run is no
    /// longer kept.
    ///
    /// - Parameter sequence: the version that the plan was made on.
    package func knowsApply(of run: String, to stack: String, on sequence: Int) async throws -> Bool {
        try await database.read { connection in
            let row = try connection.row("SELECT * FROM run WHERE id = $1 AND stack = $2", [.text(run), .text(stack)])
            guard let row = try row.map(RunRow.init) else {
                // The oldest are the first that are not kept, and whoever is one of them was followed by others.
                let older = try connection.row(
                    "SELECT 1 AS found FROM run WHERE stack = $1 AND id < $2 LIMIT 1", [.text(stack), .text(run)])
                return try older == nil && connection.newestSettledSequence(of: stack) > sequence
            }
            // Without one it ended as it was planned.
            guard row.binding != nil else { return false }
            switch row.status {
            case .applying, .succeeded, .failed, .interrupted: return true
            // Before it began, or while it was applied.
            case .canceled: return try row.exitCode != nil || connection.hasState(writtenBy: run, stack: stack)
            case .queued, .planning, .planned, .awaitingApproval, .unchanged, .discarded, .superseded, .stale:
                return false
            }
        }
    }
}

extension SQLConnection {
    fileprivate func hasState(writtenBy run: String, stack: String) throws -> Bool {
        try row(
            "SELECT 1 AS found FROM state_version WHERE stack = $1 AND run = $2 LIMIT 1", [.text(stack), .text(run)])
            != nil
    }
}
