import Diagnostics
import FoundationEssentials
package import JSON

/// What a run is asked to do with its stack.
package enum RunOperation: String, Hashable, Sendable, Codable, CaseIterable {
    case apply
    case destroy
    /// Takes what is out there into the state and changes nothing else.
    case refresh
    /// Puts a state that somebody has into the place of the stack's.
    case push = "state push"
    /// Goes back to an earlier version of the state.
    case rollback = "state rollback"
    /// Reads an object that exists into the state.
    case `import` = "state import"
    /// Looks whether what is out there is as the state says, and changes nothing.
    case drift
}

/// Who started a run, where and from what.
package struct RunOrigin: Hashable, Sendable, Codable {
    package let user: String
    package let host: String
    /// The commit of the definitions; nil outside a git repository.
    package let commit: String?
    /// Whether the work tree was as committed; nil outside a git repository.
    package let isClean: Bool?
    /// The version of this program.
    package let program: String

    package init(user: String, host: String, commit: String?, isClean: Bool?, program: String) {
        self.user = user
        self.host = host
        self.commit = commit
        self.isClean = isClean
        self.program = program
    }
}

/// That somebody approved a run's plan.
package struct RunApproval: Hashable, Sendable, Codable {
    package let user: String
    package let host: String
    package let at: String

    package init(user: String, host: String, at: String) {
        self.user = user
        self.host = host
        self.at = at
    }
}

/// A run as the database knows it. What belongs to higher floors is kept as JSON.
package struct RunRow: Hashable, Sendable {
    package let id: String
    package let stack: String
    package let operation: RunOperation
    package var status: RunStatus
    package let createdAt: String
    package var endedAt: String?
    /// The process that works on it now, or that asks whether to apply its plan.
    package var process: JSONValue?
    package let origin: RunOrigin
    package var workspace: String?
    package var binding: JSONValue?
    package var summary: JSONValue?
    package var message: String?
    package var approval: RunApproval?
    package var unknownResources: JSONValue?
    package var exitCode: Int?
    package var cancelRequestedAt: String?
    /// When its plan was consumed; nil while nothing can have been changed by it.
    package var appliedAt: String?
}

extension RunRow {
    init(_ row: SQLRow) throws {
        let (operation, status) = (try row.text("operation"), try row.text("status"))
        guard let knownOperation = RunOperation(rawValue: operation), let knownStatus = RunStatus(rawValue: status)
        else {
            throw Diagnostic.error("the database holds a run that is `\(status)` (\(operation)), which is unknown here")
        }
        self.init(
            id: try row.text("id"), stack: try row.text("stack"), operation: knownOperation, status: knownStatus,
            createdAt: try row.text("created_at"), endedAt: try row.optionalText("ended_at"),
            process: try row.optionalJSON("process"), origin: try row.value("origin"),
            workspace: try row.optionalText("workspace"), binding: try row.optionalJSON("binding"),
            summary: try row.optionalJSON("summary"), message: try row.optionalText("message"),
            approval: try row.optionalValue("approval"), unknownResources: try row.optionalJSON("unknown_resources"),
            exitCode: try row.optionalInteger("exit_code"),
            cancelRequestedAt: try row.optionalText("cancel_requested_at"),
            appliedAt: try row.optionalText("applied_at"))
    }
}
