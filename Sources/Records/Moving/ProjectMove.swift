package import Cryptography
import Diagnostics
import FoundationEssentials

/// A move of a project's records from one database to another.
///
/// It can be cut short at any moment, and the same move goes on from there. What says how far it is are the project's rows
/// on both sides, each of which names the other side. In this order, one transaction a step:
///
/// 1. the target is `arriving`: nobody can use what is there;
/// 2. the source is `leaving`, once no run is at work: nobody can write what is there, and what was read can be compared;
/// 3. the source has `moved`, once all is equal: from here on it is not gone back to;
/// 4. the target is free.
///
/// So at every moment at most one side can be used. When a move fails before the third step, the source is free again.
package struct ProjectMove: Sendable {
    /// A database, and its name for people.
    package struct Side: Sendable {
        package let database: RecordsDatabase
        package let place: String

        package init(_ database: RecordsDatabase, place: String) {
            self.database = database
            self.place = place
        }

        var engine: any SQLDatabase { database.database }
    }

    let project: String
    let source: Side
    let target: Side
    let key: SealingKey
    private let id = UUID().uuidString.lowercased()

    package init(of project: String, from source: Side, to target: Side, sealedWith key: SealingKey) {
        self.project = project
        self.source = source
        self.target = target
        self.key = key
    }

    /// Moves the records, or does what is left of a move that was cut short.
    ///
    /// - Parameter report: hears of each stack that was copied.
    /// - Returns: what was moved; nil when all was moved before.
    /// - Throws: a `Diagnostic` when a run is at work, another project or another content is in the way, or what was
    ///   copied differs from what it was copied from.
    package func carryOut(_ report: (MovedStack) async -> Void = { _ in }) async throws -> MovedExtent? {
        let entry = try await sourceEntry()
        if entry.absence?.reason == .moved {
            guard try await targetIsUnfinished() else { return nil }
            _ = try await claimTarget(entry)
            let extent = try await copyAndCompare(report)
            try await freeTarget()
            return extent
        }
        let former = try await claimTarget(entry)
        let extent: MovedExtent
        do {
            try await copyAhead(report)
            try await closeSource()
            extent = try await copyAndCompare(report)
            try await leaveSource()
        } catch {
            // Also when somebody has told the command to stop.
            await Task { [self] in
                try? await freeSource()
                // What it says of where the records are stays true.
                if let former { try? await set(former, insteadOf: arriving(), on: target) }
            }.value
            throw error
        }
        try await freeTarget()
        return extent
    }
}

// The steps that the two rows of the project tell.
extension ProjectMove {
    private func absence(_ reason: Absence.Reason, _ other: Side) throws -> String {
        try Absence(reason: reason, store: other.database.id, place: other.place, move: id).text()
    }
    func arriving() throws -> String { try absence(.arriving, source) }
    private func leaving() throws -> String { try absence(.leaving, target) }

    private var anyRow: RowLock {
        RowLock(
            sql: "SELECT 1 AS found FROM project WHERE id = $1", arguments: [.text(project)], mode: .alone,
            missing: nil)
    }

    /// Held by everything that this move writes, as long as no other has taken its place.
    func row(_ text: String, _ mode: RowLock.Mode) -> RowLock {
        RowLock(
            sql: "SELECT 1 AS found FROM project WHERE id = $1 AND moved_to = $2",
            arguments: [.text(project), .text(text)], mode: mode, missing: hasBeenTakenOver())
    }

    /// - Throws: a `Diagnostic` when the source has no records to move, or another key's.
    func sourceEntry() async throws -> ProjectEntry {
        guard let entry = try await source.engine.read({ [project] in try $0.project(project) }) else {
            throw holdsNothing(source.place)
        }
        try entry.requireSealed(with: key)
        guard let absence = entry.absence else { return entry }
        // Where it was going before it was cut short does not matter, but where it is.
        let isOurs = absence.reason == .leaving || absence.store == target.database.id
        guard absence.reason != .arriving, isOurs else { throw absence.refusal }
        return entry
    }

    /// - Throws: a `Diagnostic` when the target, to which all has moved, does not have it.
    private func targetIsUnfinished() async throws -> Bool {
        guard let entry = try await target.engine.read({ [project] in try $0.project(project) }) else {
            throw isLost(source.place, target.place)
        }
        guard let absence = entry.absence else { return false }
        guard absence.reason == .arriving, absence.store == source.database.id else { throw absence.refusal }
        return true
    }

    /// - Returns: what the target said before of where the records have moved; nil when it said nothing of that.
    func claimTarget(_ entry: ProjectEntry) async throws -> String? {
        let (project, key, store, place) = (project, key, source.database.id, target.place)
        let text = try arriving()
        return try await target.engine.write(holding: [anyRow]) { connection in
            guard let known = try connection.project(project) else {
                try connection.execute(
                    "INSERT INTO project (id, key_fingerprint, created_at, moved_to) VALUES ($1, $2, $3, $4)",
                    [.text(project), .text(entry.keyFingerprint), .text(entry.createdAt), .text(text)])
                return nil
            }
            try known.requireSealed(with: key)
            switch known.absence {
            case nil:
                let stack = try connection.row("SELECT name FROM stack WHERE project = $1 LIMIT 1", [.text(project)])
                if let stack { throw holdsOthers(place, try stack.text("name")) }
            // What it kept before the records moved away from it.
            case .some(let absence) where absence.reason == .moved: break
            case .some(let absence) where absence.reason == .arriving && absence.store == store: break
            case .some(let absence): throw absence.refusal
            }
            let former = try connection.row("SELECT moved_to FROM project WHERE id = $1", [.text(project)])
            try connection.execute(
                "UPDATE project SET moved_to = $1, created_at = $2 WHERE id = $3",
                [.text(text), .text(entry.createdAt), .text(project)])
            return known.absence?.reason == .moved ? try former?.optionalText("moved_to") : nil
        }
    }

    /// - Throws: a `Diagnostic` with the outcome `unavailable` when a run is at work.
    func closeSource() async throws {
        let (project, text) = (project, try leaving())
        try await source.engine.write(holding: [anyRow]) { connection in
            if let absence = try connection.project(project)?.absence, absence.reason != .leaving {
                throw absence.refusal
            }
            try connection.requireIdle(project)
            try connection.execute("UPDATE project SET moved_to = $1 WHERE id = $2", [.text(text), .text(project)])
        }
    }

    func leaveSource() async throws {
        try await set(try absence(.moved, target), insteadOf: try leaving(), on: source)
    }

    private func freeSource() async throws { try await set(nil, insteadOf: try leaving(), on: source) }

    func freeTarget() async throws { try await set(nil, insteadOf: try arriving(), on: target) }

    private func set(_ text: String?, insteadOf old: String, on side: Side) async throws {
        try await side.engine.write(holding: [row(old, .alone)]) { [project] connection in
            try connection.execute(
                "UPDATE project SET moved_to = $1 WHERE id = $2", [SQLValue(text), .text(project)])
        }
    }
}

extension SQLConnection {
    /// - Throws: a `Diagnostic` that names a run that is at work, or holds a lock.
    fileprivate func requireIdle(_ project: String) throws {
        let active = RunStatus.allCases.filter(\.isActive).map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let busy = try row(
            """
            SELECT run.id AS run, stack.name AS stack FROM run JOIN stack ON stack.id = run.stack
            WHERE stack.project = $1 AND run.status IN (\(active))
            UNION ALL
            SELECT stack_lock.run AS run, stack.name AS stack FROM stack_lock JOIN stack ON stack.id = stack_lock.stack
            WHERE stack.project = $1 AND stack_lock.run IS NOT NULL
            """, [.text(project)])
        if let busy { throw isAtWork(try busy.text("run"), try busy.text("stack")) }
    }
}

private func isAtWork(_ run: String, _ stack: String) -> Diagnostic {
    .error(
        "run `\(run)` of `\(stack)` is, or may be, at work",
        hint:
            "Wait for its end, or `stack cancel \(run)`; when it has died: `stack recover`. Then run the same command "
            + "again: what was copied is not copied again", outcome: .unavailable)
}

private func holdsNothing(_ place: String) -> Diagnostic {
    .error(
        "`\(place)` holds nothing of this project",
        hint: "STACK_DATABASE_URL names the database to move from; without it that is the file", outcome: .usage)
}

private func holdsOthers(_ place: String, _ stack: String) -> Diagnostic {
    .error(
        "`\(place)` holds records of this project already, of `\(stack)` and perhaps others, that are not those of here",
        hint: "Somebody has planned there; nothing was changed. Move to another database, or remove the project there",
        outcome: .refused)
}

private func isLost(_ place: String, _ target: String) -> Diagnostic {
    .error(
        "the records have moved from `\(place)` to `\(target)`, which does not hold them any more",
        hint: "Restore a backup of that database", outcome: .refused)
}

private func hasBeenTakenOver() -> Diagnostic {
    .error(
        "another `stack database migrate` of this project has begun", hint: "Wait for its end", outcome: .unavailable)
}
