import Diagnostics
import JSON

/// Why the records of a project cannot be used in a database that holds some: they are moving, or have moved.
struct Absence: Hashable, Sendable, Codable {
    enum Reason: String, Hashable, Sendable, Codable {
        /// When they are being copied to the other database, and nobody may write meanwhile.
        case leaving
        /// When the other database keeps them.
        case moved
        /// When they are being copied from the other database, and are not whole yet.
        case arriving
    }

    let reason: Reason
    /// The id of the other database.
    let store: String
    /// The same for people: a server, or a file and its host.
    let place: String
    /// Which move this is. One that goes on with another's work names itself, and that one can do nothing more.
    let move: String

    /// As it is stored; equal for equal values.
    func text() throws -> String { try JSONValue(encoding: self).text }

    /// What whoever wants to use the records is told.
    var refusal: Diagnostic {
        switch reason {
        case .leaving:
            .error(
                "the records of this project are being moved to `\(place)`",
                hint: "Wait for its end; when it was cut short, run the same `stack database migrate` again",
                outcome: .unavailable)
        case .moved:
            .error(
                "the records of this project have moved to `\(place)`",
                hint: (place.hasPrefix("postgres")
                    ? "Set STACK_DATABASE_URL to that database" : "Unset STACK_DATABASE_URL there")
                    + ", and bring the `stack.lock` that the move has written; when it was cut short, run the same "
                    + "`stack database migrate` again", outcome: .refused)
        case .arriving:
            .error(
                "the records of this project are not whole here: they are being moved from `\(place)`",
                hint: "Wait for its end; when it was cut short, run the same `stack database migrate` again, where "
                    + "it was run", outcome: .unavailable)
        }
    }
}
