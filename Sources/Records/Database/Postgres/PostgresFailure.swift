import Diagnostics

/// Why something did not work, as the server or the connection says it.
struct PostgresFailure: Error {
    /// The five characters of an SQLSTATE; nil when the connection failed.
    ///
    /// Source: "PostgreSQL Error Codes", appendix A of its manual.
    let state: String?
    /// The first line of what was said. Values of rows are never in it: those stand in the detail.
    let message: String
    /// Whether it came after a password was sent, which may be wrong: who tries it often is locked out by some servers.
    var isRefusal = false

    /// Whether the connection is gone, or leads to a server that is going, or that only reads any more.
    var isLostConnection: Bool {
        guard let state else { return true }
        return state.hasPrefix("08") || state.hasPrefix("57P") || state == readOnlyTransaction
    }

    /// Whether the same transaction may well succeed when it is run again: another one was in its way.
    var isConflict: Bool { state == serializationFailure || state == deadlockDetected }

    /// Whether the server was asked about a transaction that it will only have in the future.
    var isUnknownTransaction: Bool { state == invalidParameterValue }

    /// What to tell a person.
    ///
    /// - Parameter name: what the URL was given with.
    func diagnostic(_ place: String?, namedBy name: String) -> Diagnostic {
        let database = place.map { "the database `\($0)`" } ?? "the database of \(name)"
        guard let state, !isLostConnection else {
            return .error(
                "\(database) cannot be reached: \(message)",
                hint: "Check \(name), the server and the network, and run the command again",
                outcome: .unavailable)
        }
        switch state {
        // Where a role may see no schema there seems to be none.
        case insufficientPrivilege, invalidSchemaName:
            return .error(
                "the role has not the rights that are needed in \(database): \(message)",
                hint:
                    "Give it those that `Documentation/shared-database.md` lists; a new version of `stack` may want a "
                    + "change of the tables, which the owner makes with any command, such as `stack runs`")
        case lockNotAvailable, queryCanceled, serializationFailure, deadlockDetected:
            return .error(
                "\(database) did not answer in time: \(message)",
                hint: "Somebody else holds what this command wants to write; run it again", outcome: .unavailable)
        case _ where state.hasPrefix("53"):
            return .error(
                "\(database) has no room: \(message)", hint: "Tell whoever runs the server",
                outcome: .unavailable)
        default:
            return .error("\(database) failed: \(message) (\(state))")
        }
    }
}

private let invalidParameterValue = "22023"
private let readOnlyTransaction = "25006"
private let serializationFailure = "40001"
private let deadlockDetected = "40P01"
private let insufficientPrivilege = "42501"
private let invalidSchemaName = "3F000"
private let lockNotAvailable = "55P03"
private let queryCanceled = "57014"
