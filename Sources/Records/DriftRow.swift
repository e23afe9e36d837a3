import Diagnostics
import FoundationEssentials
package import JSON

/// What a look at a stack's real resources has found.
package enum DriftResult: String, Hashable, Sendable, Codable, CaseIterable {
    /// When everything was as the state says.
    case inSync
    /// When something was changed or deleted outside of Terraform.
    case drifted
    /// When nothing could be found out.
    case unreachable
}

/// What the last look at a stack has found; it is forgotten as soon as the stack has another state.
package struct DriftRow: Hashable, Sendable {
    /// The stack's id.
    package let stack: String
    /// Its name.
    package let name: String
    package let result: DriftResult
    package let checkedAt: String
    /// When this result was found first.
    package let since: String
    /// The run that has looked; nil when none could be begun. It may have been pruned.
    package let run: String?
    /// What has drifted, or why nothing could be found out, as the higher floors write it.
    package let detail: JSONValue?

    package init(
        stack: String, name: String, result: DriftResult, checkedAt: String, since: String, run: String?,
        detail: JSONValue?
    ) {
        self.stack = stack
        self.name = name
        self.result = result
        self.checkedAt = checkedAt
        self.since = since
        self.run = run
        self.detail = detail
    }
}

extension Records {
    /// What is known of all stacks of the project, by name. A stack that was not looked at since its state has changed
    /// is not among them.
    package func drift() async throws -> [DriftRow] {
        try await database.read { [project] connection in
            try connection.drift(where: "stack.project = $1", [.text(project)])
        }
    }

    /// The names of the stacks of which something is known to have drifted, those that cannot be reached now included.
    package func driftedStacks() async throws -> [String] {
        try await database.read { [project] connection in
            try connection.drift(where: "stack.project = $1 AND drifted_since IS NOT NULL", [.text(project)]).map(
                \.name)
        }
    }
}

extension SQLConnection {
    func drift(where condition: String, _ arguments: [SQLValue]) throws -> [DriftRow] {
        try rows(
            """
            SELECT drift.*, stack.name AS name FROM drift JOIN stack ON stack.id = drift.stack
            WHERE \(condition) ORDER BY stack.name
            """, arguments
        ).map(DriftRow.init)
    }
}

extension DriftRow {
    fileprivate init(_ row: SQLRow) throws {
        let result = try row.text("result")
        guard let known = DriftResult(rawValue: result) else { throw unknownResult(result) }
        self.init(
            stack: try row.text("stack"), name: try row.text("name"), result: known,
            checkedAt: try row.text("checked_at"), since: try row.text("since"), run: try row.optionalText("run"),
            detail: try row.optionalJSON("detail"))
    }
}

private func unknownResult(_ text: String) -> Diagnostic {
    .error("the database holds a look for drift that found `\(text)`, which is unknown here")
}
