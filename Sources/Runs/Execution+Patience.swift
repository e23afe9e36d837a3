import Diagnostics
import Records
import Workspaces

extension Execution {
    /// Does what the end of an apply needs of the database, again and again while a shared one cannot be reached: what
    /// Terraform has made is known nowhere else but in the workspace.
    ///
    /// An interrupt ends the waiting; then the state stays there, and is taken in by `stack recover` on this machine.
    ///
    /// - Throws: what the work throws when it is not the database that is out of reach.
    func patiently<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        var hasTold = false
        while true {
            do {
                return try await work()
            } catch let problem as Diagnostic where engine.records.mayWorkLater(problem) {
                guard await !control.wasInterruptedSinceEnd else { throw problem }
                if !hasTold { await log.emit(.phase(.waitingForDatabase)) }
                hasTold = true
                try await withoutCancellation { try await Task.sleep(for: .seconds(1)) }
            }
        }
    }
}

extension Execution {
    /// The waiting for the database was ended.
    func endIsUnrecorded(_ problem: Diagnostic, _ workspace: Workspace) -> Diagnostic {
        .error(
            "the end of run `\(row.id)` is not recorded: \(problem.message)",
            notes: [.init("what it made stands in `\(workspace.root)` and nowhere else")],
            hint: "When the database is back, `stack recover` on this machine takes it in", outcome: .unavailable)
    }
}

extension Records {
    /// Whether something went wrong because a shared database is out of reach for now. A database on the own disk does
    /// not come back by waiting.
    func mayWorkLater(_ problem: Diagnostic) -> Bool { home.isShared && problem.outcome == .unavailable }
}
