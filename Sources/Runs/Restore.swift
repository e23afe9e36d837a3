import ChildProcess
import Cryptography
package import Definitions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
package import Records
package import SystemPackage
import Terraform
import Workspaces

/// A checked backup that is about to become a project's database.
package struct Restore: Sendable {
    package let extent: StoreExtent
    /// What it replaces; nil where there is no database.
    package let replaced: Replaced?
    fileprivate let checked: FilePath
    fileprivate let place: FilePath
    fileprivate let key: SealingKey
    fileprivate var dataFolder: FilePath { place.removingLastComponent() }

    package enum Replaced: Sendable {
        case database(StoreExtent)
        case damaged
    }
}

extension ProjectStore {
    /// Checks a backup: that it is whole, opens with the project's key, and is of the database that `stack.lock` names.
    /// Nothing is replaced yet.
    ///
    /// - Throws: a `Diagnostic` when it is none of these, or runs are at work on the database that is there.
    package static func prepareRestore(
        of backup: FilePath, project: Project, root: FilePath, environment: [String: String]
    ) async throws -> Restore {
        let dataFolder = dataFolder(of: root, environment)
        try makePrivateFolder(dataFolder)
        let lock = try StackLock.read(root: root)
        guard case .file(let place) = DatabasePlace(dataFolder: dataFolder, environment: environment) else {
            throw isNoFile()
        }
        let key = try loadKey(
            keyFile(project, root, dataFolder), environment, expecting: lock?.key, isFirst: false)
        // A copy of our own: what was checked is what is put in place.
        let checked = FilePath("\(place).\(UInt64.random(in: .min ... .max)).new")
        do {
            try copyPrivately(backup, to: checked)
            let (store, extent) = try await check(checked, key: key, lock, of: backup)
            try requireNamed(store, by: lock)
            let restore = Restore(
                extent: extent, replaced: try await replaced(at: place), checked: checked, place: place,
                key: key)
            try await restore.requireIdle()
            return restore
        } catch {
            removeDatabase(checked)
            throw error
        }
    }

    /// Which database a backup is of, and what it holds.
    private static func check(
        _ copy: FilePath, key: SealingKey, _ lock: StackLock?, of backup: FilePath
    ) async throws -> (store: String, extent: StoreExtent) {
        do {
            let database = try await RecordsDatabase(sqliteAt: copy)
            let problems = try await database.integrityProblems()
            guard problems.isEmpty else { throw Diagnostic.error(problems.joined(separator: "; ")) }
            for project in try await projects(in: database, lock, key) {
                _ = try await database.records(of: project, sealedWith: key)
            }
            let extent = try await database.extent()
            try await database.close()
            return (database.id, extent)
        } catch let problem as Diagnostic {
            throw Diagnostic.error(
                "the backup `\(backup)` cannot be used",
                notes: [Diagnostic.Note(problem.message.replacing("`\(copy)` ", with: ""))],
                hint: "Nothing was replaced; take another backup")
        }
    }

    /// The projects of a file that have to open with the key: the one that `stack.lock` names, else whichever are there.
    private static func projects(
        in database: RecordsDatabase, _ lock: StackLock?, _ key: SealingKey
    ) async throws -> [String] {
        let all = try await database.projects()
        if let own = lock?.project.uuidString.lowercased() { return all.filter { $0 == own } }
        let ours = try await database.projects(sealedWith: key.fingerprint)
        return ours.isEmpty ? all : ours
    }

    /// The database that is there.
    private static func replaced(at place: FilePath) async throws -> Restore.Replaced? {
        guard exists(place) else { return nil }
        if await RecordsDatabase.isDamaged(sqliteAt: place) { return .damaged }
        let database = try await RecordsDatabase(sqliteAt: place)
        let extent = try await database.extent()
        try await database.close()
        return .database(extent)
    }

    private static func requireNamed(_ store: String, by lock: StackLock?) throws {
        guard let other = lock?.states.first(where: { $0.value.store != store }) else { return }
        throw Diagnostic.error(
            "the backup is of another database than the one that `stack.lock` names for `\(other.key)`",
            hint: "Restore a backup of that database, or bring back the `stack.lock` that belongs to this one",
            outcome: .refused)
    }
}

extension Restore {
    /// Puts the backup in place; the database before it is kept beside it.
    ///
    /// - Returns: where that one is now; nil when there was none.
    /// - Throws: a `Diagnostic` when somebody has begun to work meanwhile; nothing was replaced.
    package func carryOut() async throws -> FilePath? {
        try await requireIdle()
        let kept = FilePath("\(place).before-restore-\(Timestamp.text(Date()).filter(\.isNumber))")
        for suffix in ["-wal", "-shm", ""] where exists(FilePath("\(place)\(suffix)")) {
            try putInPlace(FilePath("\(place)\(suffix)"), at: FilePath("\(kept)\(suffix)"))
        }
        try putInPlace(checked, at: place)
        return replaced == nil ? nil : kept
    }

    /// Whoever works writes into the file that it has opened, also when that was moved away. Looked for in the workspaces
    /// and among the processes too, because a damaged database names nobody.
    ///
    /// - Throws: a `Diagnostic` with the outcome `unavailable` when somebody works, or may.
    fileprivate func requireIdle() async throws {
        for holder in try WorkspaceSlots.holders(below: dataFolder) {
            guard try liveness(of: holder.process, workingOn: holder.run) == .gone else { throw isAtWork(holder.run) }
        }
        for run in try ProjectStore.executors(of: dataFolder) {
            let processes = try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: run)
            guard processes.isEmpty else { throw isAtWork(run) }
        }
        guard case .database = replaced else { return }
        let database = try await RecordsDatabase(sqliteAt: place)
        // Those of other keys are looked for in the workspaces, which they share with this one.
        for project in try await database.projects(sealedWith: key.fingerprint) {
            let records = try await database.records(of: project, sealedWith: key)
            for holder in try await records.heldLocks() {
                let liveness = try liveness(of: holder.owner.process, workingOn: holder.run)
                guard liveness == .gone else { throw isAtWork(holder.run) }
            }
            for run in try await records.activeRuns() where try liveness(of: run) != .gone { throw isAtWork(run.id) }
        }
        try await database.close()
    }

    /// Leaves everything as it is.
    package func giveUp() { removeDatabase(checked) }
}

private func isNoFile() -> Diagnostic {
    .error(
        "the records are kept in the server that \(databaseVariable) names, which is restored as a whole",
        hint:
            "Restore it with the server's own tools; to move a project from a file, unset \(databaseVariable) and run "
            + "`stack database migrate --to URL`", outcome: .refused)
}

private func isAtWork(_ run: String) -> Diagnostic {
    .error(
        "run `\(run)` is, or may be, at work with the database that is here",
        hint: "Wait for its end, or `stack cancel \(run)`", outcome: .unavailable)
}

/// A copy of the bytes, whatever links lead to them, for the owner alone.
private func copyPrivately(_ file: FilePath, to copy: FilePath) throws {
    var status = stat()
    guard stat("\(file)-wal", &status) != 0 || status.st_size == 0 else {
        throw Diagnostic.error(
            "the backup `\(file)` has a `-wal` file beside it: it is no finished copy",
            hint: "Take one with `stack backup`",
            outcome: .usage)
    }
    do {
        let source = try FileDescriptor.open(file, .readOnly, options: .closeOnExec)
        try source.closeAfter {
            let target = try FileDescriptor.open(
                copy, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            try target.closeAfter {
                var buffer = [UInt8](repeating: 0, count: 1 << 20)
                while case let count = try buffer.withUnsafeMutableBytes({ try source.read(into: $0) }), count > 0 {
                    _ = try target.writeAll(buffer[..<count])
                }
            }
        }
    } catch let error as Errno {
        throw Diagnostic.error("the backup `\(file)` cannot be copied: \(error)", outcome: .usage)
    }
}

private func removeDatabase(_ path: FilePath) {
    for suffix in ["", "-wal", "-shm"] { try? removeTree(FilePath("\(path)\(suffix)")) }
}
