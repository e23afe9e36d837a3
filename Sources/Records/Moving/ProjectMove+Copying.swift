import Cryptography
import Diagnostics

/// That a stack was copied.
package struct MovedStack: Hashable, Sendable {
    package let name: String
    package let bytes: Int
}

/// How much was moved, and what it comes to on both sides.
package struct MovedExtent: Hashable, Sendable {
    package internal(set) var stacks = 0
    package internal(set) var versions = 0
    package internal(set) var runs = 0
    /// Of all values of all rows.
    package internal(set) var bytes = 0
    /// SHA-256 over the digests of all stacks, and of what belongs to none.
    package internal(set) var digest = ""
}

extension ProjectMove {
    /// Copies, while others go on writing, what the target lacks. What comes of a stack that is written meanwhile is left
    /// to `copyAndCompare`.
    func copyAhead(_ report: (MovedStack) async -> Void) async throws {
        try await removeStrays()
        for stack in try await stacks(of: source) {
            let unit = MovedUnit.stack(stack.id)
            let isKnown = try await stacks(of: target).contains(stack)
            if isKnown {
                let wanted = try await source.engine.digest(of: unit).hexadecimal
                if try await target.engine.digest(of: unit).hexadecimal == wanted { continue }
            }
            let before = try await pulse(of: stack.id)
            do {
                await report(MovedStack(name: stack.name, bytes: try await copy(unit)))
            } catch let problem as Diagnostic {
                // One page may refer to a row that was not there yet when the page of that one was read.
                guard try await pulse(of: stack.id) != before else { throw problem }
            }
        }
    }

    /// Copies what the target lacks, when nobody writes any more, and reads all of it back.
    ///
    /// - Throws: a `Diagnostic` when something is not the same on both sides.
    func copyAndCompare(_ report: (MovedStack) async -> Void) async throws -> MovedExtent {
        try await removeStrays()
        var extent = MovedExtent()
        var digester = Digester()
        for stack in try await stacks(of: source) {
            let digest = try await makeEqual(.stack(stack.id), named: "stack `\(stack.name)`") { bytes in
                await report(MovedStack(name: stack.name, bytes: bytes))
            }
            extent.add(digest)
            digester.update("stack \(stack.id) \(digest.hexadecimal)\n")
        }
        let rest = try await makeEqual(.project(project), named: "project") { _ in }
        extent.add(rest)
        digester.update("project \(project) \(rest.hexadecimal)\n")
        try await copyFolders()
        extent.digest = digester.hexadecimal
        return extent
    }

    private func makeEqual(
        _ unit: MovedUnit, named name: String, _ hasCopied: (Int) async -> Void
    ) async throws -> RecordsDigest {
        let wanted = try await source.engine.digest(of: unit)
        if try await target.engine.digest(of: unit).hexadecimal == wanted.hexadecimal { return wanted }
        await hasCopied(try await copy(unit))
        let copied = try await target.engine.digest(of: unit)
        guard copied.hexadecimal == wanted.hexadecimal else {
            throw differs(name, (source.place, wanted.hexadecimal), (target.place, copied.hexadecimal))
        }
        return wanted
    }

    /// Replaces what the target has of a unit.
    ///
    /// - Returns: how many bytes were copied.
    private func copy(_ unit: MovedUnit) async throws -> Int {
        try await remove(unit)
        var copied = RecordsDigest()
        try await source.engine.readPages(of: unit) { table, page in
            for row in page { copied.add(row, of: table.name) }
            guard table.isCopied else { return }
            try await writeTarget { try $0.insert(page, into: table.name) }
        }
        return copied.bytes
    }

    /// Removes stacks that the target knows and the source does not, or by another name: a name is given once.
    private func removeStrays() async throws {
        let wanted = Set(try await stacks(of: source))
        for stack in try await stacks(of: target) where !wanted.contains(stack) { try await remove(.stack(stack.id)) }
    }

    private func remove(_ unit: MovedUnit) async throws {
        let runs = try await target.engine.read { connection in
            try connection.rows("SELECT id FROM run WHERE stack = $1", [.text(unit.id)]).map { try $0.text("id") }
        }
        // A cluster refers to its stack; those are copied last.
        try await writeTarget { try $0.execute("DELETE FROM cluster WHERE stack = $1", [.text(unit.id)]) }
        for table in unit.tables.reversed() where table.isCopied {
            for owner in table.owner == .run ? runs : [unit.id] {
                while try await writeTarget({ try $0.removePage(of: table, owner) }) {}
            }
        }
    }

    /// Which folders hold the project. They are shared with other projects, whose rows stay: no part of the comparison.
    private func copyFolders() async throws {
        let rows = try await source.engine.read { [project] in
            try $0.rows("SELECT host, folder, project FROM project_folder WHERE project = $1", [.text(project)])
        }
        try await writeTarget { connection in
            for row in rows {
                try connection.execute(
                    """
                    INSERT INTO project_folder (host, folder, project) VALUES ($1, $2, $3)
                    ON CONFLICT (host, folder) DO NOTHING
                    """, [.text(try row.text("host")), .text(try row.text("folder")), .text(try row.text("project"))])
            }
        }
    }

    @discardableResult
    private func writeTarget<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await target.engine.write(holding: [row(try arriving(), .shared)], body)
    }

    private func stacks(of side: Side) async throws -> [StackRow] {
        try await side.engine.read { [project] connection in
            try connection.rows(
                "SELECT id, project, name FROM stack WHERE project = $1 ORDER BY name", [.text(project)]
            ).map(StackRow.init)
        }
    }

    /// Something of a stack that changes whenever a row is added that others refer to.
    private func pulse(of stack: String) async throws -> [String: SQLValue]? {
        try await source.engine.read { connection in
            try connection.row(
                """
                SELECT (SELECT name FROM stack WHERE id = $1) AS name,
                (SELECT COUNT(*) FROM run WHERE stack = $1) AS runs,
                (SELECT MAX(id) FROM run WHERE stack = $1) AS newest_run,
                (SELECT MAX(sequence) FROM state_version WHERE stack = $1) AS newest_version
                """, [.text(stack)])?.columns
        }
    }
}

extension MovedExtent {
    fileprivate mutating func add(_ digest: RecordsDigest) {
        stacks += digest.rows["stack"] ?? 0
        versions += digest.rows["state_version"] ?? 0
        runs += digest.rows["run"] ?? 0
        bytes += digest.bytes
    }
}

extension MovedExtent: CustomStringConvertible {
    package var description: String {
        "\(count(stacks, "stack")) with \(count(versions, "version")) of states and \(count(runs, "run"))"
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

private func differs(
    _ name: String, _ source: (place: String, digest: String), _ target: (place: String, digest: String)
) -> Diagnostic {
    .error(
        "what was copied of the \(name) is not what was read",
        notes: [
            .init("`\(source.place)`: sha256 \(source.digest)"), .init("`\(target.place)`: sha256 \(target.digest)"),
        ],
        hint: "The records stay where they were; check the disks of both databases and run the same command again")
}
