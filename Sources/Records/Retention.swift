import FoundationEssentials
import JSON

extension Records {
    /// Forgets the oldest of a stack's past.
    ///
    /// Versions that are kept beyond `versions`: the one to plan on, the one whose outputs count, those that are being
    /// written, and those that a plan which can still be applied, or is being applied, was made from. Runs that are kept
    /// beyond `runs`: those that are not over, and, without their events and plans, those that wrote a kept version; what
    /// they knew as secret is kept with that. Looks for drift, of which there may be many a day, are counted apart.
    ///
    /// - Parameters:
    ///   - runs: how many runs are kept, the newest ones.
    ///   - versions: how many versions of the state are kept, the newest ones.
    package func prune(stack: String, runs: Int, versions: Int) async throws {
        let isFull = try await database.read { connection in
            let count = try connection.row(
                """
                SELECT (SELECT COUNT(*) FROM run WHERE stack = $1 AND operation <> $2) AS runs,
                (SELECT COUNT(*) FROM run WHERE stack = $1 AND operation = $2) AS looks,
                (SELECT COUNT(*) FROM state_version WHERE stack = $1) AS versions
                """, [.text(stack), .text(RunOperation.drift.rawValue)])
            return try count.map {
                try $0.integer("runs") > runs || $0.integer("looks") > min(runs, keptLooks)
                    || $0.integer("versions") > versions
            } ?? false
        }
        guard isFull else { return }
        try await write(about: stack) { connection in
            try connection.pruneVersions(of: stack, keeping: versions)
            try connection.pruneRuns(of: stack, keeping: runs)
        }
    }
}

extension SQLConnection {
    fileprivate func pruneVersions(of stack: String, keeping count: Int) throws {
        var kept: Set<Int> = []
        for condition in ["settled = 1", "succeeded = 1"] {
            let newest = try row(
                "SELECT MAX(sequence) AS newest FROM state_version WHERE stack = $1 AND \(condition)", [.text(stack)])
            if let sequence = try newest?.optionalInteger("newest") { kept.insert(sequence) }
        }
        for run in try rows(
            "SELECT binding FROM run WHERE stack = $1 AND status IN (\(livingStatuses))", [.text(stack)])
        {
            // The only part of a binding that means something on this floor.
            if let base = try run.optionalJSON("binding")?["stateSequence"]?.integerValue { kept.insert(base) }
        }
        let old = try rows(
            "SELECT sequence, settled FROM state_version WHERE stack = $1 ORDER BY sequence DESC", [.text(stack)]
        ).dropFirst(count)
        for version in old where try version.bool("settled") {
            let sequence = try version.integer("sequence")
            guard !kept.contains(sequence) else { continue }
            try execute(
                "DELETE FROM state_version WHERE stack = $1 AND sequence = $2", [.text(stack), SQLValue(sequence)])
        }
    }

    fileprivate func pruneRuns(of stack: String, keeping count: Int) throws {
        let runs = try rows(
            "SELECT id, status, operation FROM run WHERE stack = $1 ORDER BY created_at DESC, id DESC", [.text(stack)])
        let isLook = { (run: SQLRow) in try run.text("operation") == RunOperation.drift.rawValue }
        let old =
            try runs.filter { try !isLook($0) }.dropFirst(count)
            + runs.filter(isLook).dropFirst(min(count, keptLooks))
        for run in old where RunStatus(rawValue: try run.text("status"))?.isTerminal == true {
            let id = try run.text("id")
            try execute("DELETE FROM run_event WHERE run = $1", [.text(id)])
            // Its secrets go with the run itself.
            try execute(
                "DELETE FROM run_artifact WHERE run = $1 AND kind <> $2",
                [.text(id), .text(RunArtifact.secrets.rawValue)])
            try execute(
                """
                DELETE FROM run WHERE id = $1
                AND NOT EXISTS (SELECT 1 FROM state_version WHERE stack = $2 AND run = $1)
                """, [.text(id), .text(stack)])
        }
    }

    /// Runs that are not over, as a list for `IN`.
    private var livingStatuses: String {
        RunStatus.allCases.filter { !$0.isTerminal }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }
}

/// How many of a stack's looks for drift are kept at most: what the newest of them has found is recorded apart.
private let keptLooks = 10
