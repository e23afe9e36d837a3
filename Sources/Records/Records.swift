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
        try await write(
            in: database,
            holding: RowLock(
                sql: "SELECT 1 AS found FROM stack_lock WHERE stack = $1", arguments: [.text(stack)],
                mode: .exclusive, missing: nil), body)
    }

    /// A writing transaction about the stack of a run.
    @discardableResult
    func write<Value: Sendable>(
        aboutRun run: String, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await write(
            in: database,
            holding: RowLock(
                sql: "SELECT 1 AS found FROM stack_lock WHERE stack = (SELECT stack FROM run WHERE id = $1)",
                arguments: [.text(run)], mode: .exclusive, missing: nil), body)
    }

    /// A writing transaction about the project.
    @discardableResult
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await write(in: database, holding: nil, body)
    }

    /// A writing transaction on any of the connections. All that is written of a project, but that a lock is still
    /// held, is written through here: the project's row is held, so that the records are not moved meanwhile.
    ///
    /// - Throws: a `Diagnostic` when the records are kept elsewhere.
    @discardableResult
    func write<Value: Sendable>(
        in database: any SQLDatabase, holding lock: RowLock?,
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        let projectRow = RowLock(
            sql: "SELECT 1 AS found FROM project WHERE id = $1 AND moved_to IS NULL", arguments: [.text(project)],
            mode: .shared, missing: IsAbsent())
        do {
            return try await database.write(holding: [projectRow] + (lock.map { [$0] } ?? []), body)
        } catch is IsAbsent {
            let entry = try await database.read { [project] in try $0.project(project) }
            throw entry?.absence?.refusal ?? isUnknown(project)
        }
    }
}

/// The records of the project are not kept here, or not any more.
private struct IsAbsent: Error {}

private func isUnknown(_ project: String) -> Diagnostic {
    .error(
        "the database knows no project `\(project)` any more",
        hint: "It was replaced or emptied while this command ran; run it again")
}
