import ChildProcess
import Cryptography
package import Definitions
import Diagnostics
import Files
import FoundationEssentials
package import Records
package import SystemPackage

/// A checked backup that is about to become a project's database.
package struct Restore: Sendable {
    package let extent: StoreExtent
    /// What it replaces; nil where there is no database.
    package let replaced: Replaced?
    fileprivate let checked: FilePath
    fileprivate let place: FilePath

    package enum Replaced: Sendable {
        case database(StoreExtent)
        /// It cannot be opened, for this reason.
        case damaged(String)
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
        let (place, lock) = (database(in: dataFolder), try StackLock.read(root: root))
        let key = try loadKey(
            keyFile(project, root, dataFolder), environment, expecting: lock?.key, isFirst: false)
        // A copy of our own: what was checked is what is put in place.
        let checked = FilePath("\(place).\(UInt64.random(in: .min ... .max)).new")
        do {
            try copyPrivately(backup, to: checked)
            let (store, extent) = try await check(checked, key: key, of: backup)
            try requireNamed(store, by: lock)
            return Restore(
                extent: extent, replaced: try await replaced(at: place, key: key), checked: checked, place: place)
        } catch {
            removeDatabase(checked)
            throw error
        }
    }

    /// Which database a backup is of, and what it holds.
    private static func check(
        _ copy: FilePath, key: SealingKey, of backup: FilePath
    ) async throws -> (store: String, extent: StoreExtent) {
        do {
            let records = try await Records(sqliteAt: copy, key: key)
            let problems = try await records.integrityProblems()
            guard problems.isEmpty else { throw Diagnostic.error(problems.joined(separator: "; ")) }
            let extent = try await records.extent()
            try records.close()
            return (records.store.id, extent)
        } catch let problem as Diagnostic {
            throw Diagnostic.error(
                "the backup `\(backup)` cannot be used",
                notes: [Diagnostic.Note(problem.message.replacing("`\(copy)` ", with: ""))],
                hint: "Nothing was replaced; take another backup")
        }
    }

    /// The database that is there, when nobody works with it.
    private static func replaced(at place: FilePath, key: SealingKey) async throws -> Restore.Replaced? {
        guard exists(place) else { return nil }
        let records: Records
        do {
            records = try await Records(sqliteAt: place, key: key)
        } catch let problem as Diagnostic {
            return .damaged(problem.message)
        }
        for run in try await records.activeRuns() where try liveness(of: run) != .gone {
            throw Diagnostic.error(
                "run `\(run.id)` is, or may be, at work with the database that is here",
                hint: "Wait for its end, or `stack cancel \(run.id)`", outcome: .unavailable)
        }
        let extent = try await records.extent()
        try records.close()
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
    package func carryOut() throws -> FilePath? {
        let digits = Timestamp.text(Date()).filter(\.isNumber)
        let kept = FilePath("\(place).before-restore-\(digits)")
        for suffix in ["-wal", "-shm", ""] where exists(FilePath("\(place)\(suffix)")) {
            try putInPlace(FilePath("\(place)\(suffix)"), at: FilePath("\(kept)\(suffix)"))
        }
        try putInPlace(checked, at: place)
        return replaced == nil ? nil : kept
    }

    /// Leaves everything as it is.
    package func giveUp() { removeDatabase(checked) }
}

private func copyPrivately(_ file: FilePath, to copy: FilePath) throws {
    do {
        try FileManager.default.copyItem(atPath: file.string, toPath: copy.string)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: copy.string)
    } catch {
        throw Diagnostic.error(
            "the backup `\(file)` cannot be read, or `\(copy)` not be written", outcome: .usage)
    }
}

private func removeDatabase(_ path: FilePath) {
    for suffix in ["", "-wal", "-shm"] { try? removeTree(FilePath("\(path)\(suffix)")) }
}
