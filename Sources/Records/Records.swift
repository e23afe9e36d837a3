import Cryptography
import Diagnostics
import FoundationEssentials

/// Everything that is remembered of one project: stacks, states, locks, runs, events, clusters.
///
/// Every change is a named transaction in an extension of this type. What is secret is sealed before it is written, each
/// piece with the names of what it belongs to as associated data, so that a row moved to another place does not open.
package struct Records: Sendable {
    /// Where they are kept; other projects may keep theirs there, too.
    package let home: RecordsDatabase
    /// The project's id, which never changes.
    package let project: String
    let key: SealingKey

    var now: @Sendable () -> Date { home.now }
    var timestamp: String { Timestamp.text(now()) }
    var database: any SQLDatabase { home.database }

    /// A writing transaction about one stack: nobody else writes about it meanwhile.
    @discardableResult
    func write<Value: Sendable>(
        about stack: String, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.write(
            holding: [
                projectRow,
                RowLock(
                    sql: "SELECT 1 AS found FROM stack_lock WHERE stack = $1", arguments: [.text(stack)],
                    mode: .exclusive, missing: nil),
            ], body)
    }

    /// A writing transaction about the stack of a run.
    @discardableResult
    func write<Value: Sendable>(
        aboutRun run: String, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.write(
            holding: [
                projectRow,
                RowLock(
                    sql: "SELECT 1 AS found FROM stack_lock WHERE stack = (SELECT stack FROM run WHERE id = $1)",
                    arguments: [.text(run)], mode: .exclusive, missing: nil),
            ], body)
    }

    /// A writing transaction about the project.
    @discardableResult
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.write(holding: [projectRow], body)
    }

    /// Held by everybody who writes, so that the records are not moved meanwhile.
    private var projectRow: RowLock {
        RowLock(
            sql: "SELECT 1 AS found FROM project WHERE id = $1 AND moved_to IS NULL", arguments: [.text(project)],
            mode: .shared, missing: recordsHaveMoved(to: nil))
    }
}

/// The records of a project are kept elsewhere.
func recordsHaveMoved(to place: String?) -> Diagnostic {
    .error(
        "the records of this project have moved to \(place.map { "`\($0)`" } ?? "another database")",
        hint:
            "Set STACK_DATABASE_URL to that database, or unset it, and bring `stack.lock` up to date; a move that was "
            + "cut short goes on with the same `stack database migrate`", outcome: .refused)
}
