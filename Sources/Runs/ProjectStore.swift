package import Cryptography
package import Definitions
import Diagnostics
import Files
import FoundationEssentials
import Glibc
package import Records
import SourceControl
package import StateStore
package import SystemPackage

/// Makes what stands between the records and the workspaces.
///
/// - Parameter notes: where what was applied last is noted, beside a shared database.
package typealias StateStoreMaker = @Sendable (_ records: Records, _ notes: FilePath?) -> StateStore

/// A project together with what is kept of it: its key, its database, its identity.
package struct ProjectStore: Sendable {
    package let project: Project
    package let root: FilePath
    /// `.stack/`, or what `STACK_DATA_DIR` names.
    package let dataFolder: FilePath
    package let environment: [String: String]
    package let key: SealingKey
    package let records: Records
    package let states: StateStore
    private let lockFile: KnownLockFile
    let knownOutputs = KeptOutputs()

    /// Opens what is kept of the project; makes it when this is the first time.
    ///
    /// - Parameter states: makes what stands between the records and the workspaces.
    /// - Throws: a `Diagnostic` when the key that `stack.lock` names is missing or another, the database cannot be opened,
    ///   or `stack.lock` is gone although something is kept of the project.
    package static func open(
        project: Project, root: FilePath, environment: [String: String],
        states: StateStoreMaker = { StateStore(records: $0, notes: $1) }
    ) async throws -> ProjectStore {
        let dataFolder = dataFolder(of: root, environment)
        try makePrivateFolder(dataFolder)
        let lock = try StackLock.read(root: root)
        let place = DatabasePlace(dataFolder: dataFolder, environment: environment)
        let keyFile = keyFile(project, root, dataFolder)
        if case .file = place, !place.isKnownToExist, let lock, !exists(keyFile),
            environment["STACK_ENCRYPTION_KEY"] == nil
        {
            try requireNothingElsewhere(lock, keyFile)
        }
        let isFirst = lock?.neededKey == nil && !place.isKnownToExist
        // A server may know the project from another machine, and its key with it.
        let server = place.isServer ? try await place.open() : nil
        var known: String?
        if let lock { known = try await server?.keyFingerprint(of: lock.project.uuidString.lowercased()) }
        let key = try loadKey(
            keyFile, environment, expecting: lock?.neededKey ?? known, isFirst: isFirst && known == nil)
        let database = if let server { server } else { try await place.open() }
        let former = lock == nil ? try await formerProjects(in: root, dataFolder, database, key) : []
        let projectID = try await identity(of: root, key: key, database: database, former: former)
        let records = try await database.records(of: projectID, sealedWith: key)
        return ProjectStore(
            project: project, root: root, dataFolder: dataFolder, environment: environment, key: key,
            records: records,
            states: states(records, database.isShared ? dataFolder.appending("applied") : nil),
            lockFile: KnownLockFile(root: root))
    }

    /// Where what is kept of a project lies: `.stack/`, or what `STACK_DATA_DIR` names.
    package static func dataFolder(of root: FilePath, _ environment: [String: String]) -> FilePath {
        environment["STACK_DATA_DIR"].map { root.pushing(FilePath($0)) } ?? root.appending(".stack")
    }

    static func keyFile(_ project: Project, _ root: FilePath, _ dataFolder: FilePath) -> FilePath {
        project.settings.keyFile.map { root.pushing(FilePath($0)) } ?? dataFolder.appending("key")
    }

    static func loadKey(
        _ file: FilePath, _ environment: [String: String], expecting fingerprint: String?, isFirst: Bool
    ) throws -> SealingKey {
        let given = environment["STACK_ENCRYPTION_KEY"]
        if given == nil, let fingerprint, !exists(file) {
            throw Diagnostic.error(
                "the key `\(fingerprint)`, which seals this project's states, is missing: there is no `\(file)`",
                hint: "Copy the key file from where the project was used before, or set STACK_ENCRYPTION_KEY",
                outcome: .refused)
        }
        let source = given.map(KeySource.environment) ?? .file(file)
        let key = try source.load(creating: isFirst)
        if let fingerprint, fingerprint != key.fingerprint {
            throw Diagnostic.error(
                "`stack.lock` names the key `\(fingerprint)`, but the key here is `\(key.fingerprint)`",
                hint: "Copy the right key file, or set STACK_ENCRYPTION_KEY", outcome: .refused)
        }
        return key
    }

    /// The project's id: the one in `stack.lock`, else a new one.
    ///
    /// A new one where something is kept already would make every stack look new, and its next apply make it twice.
    ///
    /// - Parameter former: ids that something is kept under, read before: whoever makes an identity at this moment writes
    ///   the file before the row.
    private static func identity(
        of root: FilePath, key: SealingKey, database: RecordsDatabase, former: [String]
    ) async throws -> String {
        let lock = try StackLock.read(root: root)
        if lock == nil, !former.isEmpty { throw lockIsGone(former, root) }
        let id =
            if let lock, lock.key == key.fingerprint {
                lock.project
            } else {
                try await StackLock.update(root: root) { lock in
                    if lock.neededKey == nil { lock.key = key.fingerprint }
                    return lock.project
                }
            }
        let projectID = id.uuidString.lowercased()
        try await database.remember(project: projectID, in: root.string, of: hostName())
        return projectID
    }

    /// The projects of which something is kept and that a folder may hold, when nothing in it says which.
    private static func formerProjects(
        in root: FilePath, _ dataFolder: FilePath, _ database: RecordsDatabase, _ key: SealingKey
    ) async throws -> [String] {
        // On a server a host and a folder are nobody's own: every container may be `runner` in `/workspace`.
        let kept = try await database.projects(sealedWith: database.isShared ? key.fingerprint : nil)
        if let known = try await database.project(in: root.string, of: hostName()) {
            return kept.filter { $0 == known }
        }
        return !database.isShared && dataFolder.starts(with: root) ? kept : []
    }
}

private func lockIsGone(_ projects: [String], _ root: FilePath) -> Diagnostic {
    let lines = projects.map { "`project: \($0)`" }.joined(separator: " or ")
    return .error(
        "`\(root)/stack.lock` is gone, but states of this project are kept here",
        notes: [.init("without it every stack would look new, and be made a second time")],
        hint: "Bring it back from git; if it was never committed, write the one line \(lines) into it",
        outcome: .refused)
}

/// In a fresh clone both the database and the key are missing, and neither is of use without the other.
private func requireNothingElsewhere(_ lock: StackLock, _ keyFile: FilePath) throws {
    let places = Set(lock.states.values.map(\.place)).sorted().map { "`\($0)`" }
    guard !places.isEmpty, let key = lock.key else { return }
    throw Diagnostic.error(
        "the states of this project are kept on \(places.joined(separator: ", ")), and neither they nor their key are here",
        notes: [.init("the key is `\(key)`; its place is `\(keyFile)` or STACK_ENCRYPTION_KEY")],
        hint: lock.states.values.map(\.place).first(where: isServer).map(hint(toReach:))
            ?? "Run the command there, or bring a backup of `stack.db` and the key here; STACK_DATA_DIR names their folder",
        outcome: .refused)
}

/// A stack of the project and the id under which everything of it is kept.
package struct IdentifiedStack: Sendable {
    package let row: StackRow
    /// Whether no apply has ever said where its state is kept.
    package let isNew: Bool
}

extension ProjectStore {
    /// The id of a stack: the one in `stack.lock`, else the one under which the database knows it, else a new one.
    ///
    /// - Throws: a `Diagnostic` when `stack.lock` says that the stack's state is kept in another database.
    package func identify(_ name: String) async throws -> IdentifiedStack {
        let states = try lockFile.read()?.states ?? [:]
        if let entry = states[name] {
            guard entry.store == records.home.id else { throw stateIsElsewhere(name, entry.place) }
            let row = StackRow(id: entry.id.uuidString.lowercased(), project: records.project, name: name)
            guard let known = try await records.stack(id: row.id),
                try await records.newestSettledState(of: row.id) != nil
            else { throw stateIsLost(name) }
            if known.name != name { try await records.rename(stack: row.id, to: name) }
            return IdentifiedStack(row: row, isNew: false)
        }
        // A new one among stacks that are all kept in one other database would be alone here.
        if let other = states.values.first, states.values.allSatisfy({ $0.store == other.store }),
            other.store != records.home.id
        {
            throw othersAreElsewhere(name, other.place)
        }
        let row = try await records.stack(named: name, orFirst: UUID().uuidString.lowercased())
        return IdentifiedStack(row: row, isNew: true)
    }

    /// The stack under which something is kept, for commands that only look.
    ///
    /// - Throws: a `Diagnostic` when nothing was ever kept of it.
    package func existing(_ name: String) async throws -> StackRow {
        let isKnown = try lockFile.read()?.states[name] != nil
        // A name that is neither is mistyped: nothing is to be made of it.
        if isKnown || project.stack(named: name) != nil {
            let row = try await identify(name).row
            if try await records.newestSettledState(of: row.id) != nil { return row }
            throw Diagnostic.error(
                "nothing was planned or applied of the stack `\(name)` yet", hint: "Run `stack plan \(name)`")
        }
        // Its definition is gone, what is kept of it is not.
        if let row = try await records.stack(named: name) { return row }
        let near = suggestion(for: name, among: project.stacks.map(\.name.value))
        throw Diagnostic.error(
            "there is no stack `\(name)`",
            hint: near.map { "Did you mean `\($0)`?" } ?? "`stack list` lists the stacks",
            outcome: .usage)
    }

    /// Forgets what the project's settings do not want to be kept. A past that stays too long is no failure of a run.
    func prune(_ stack: StackRow) async {
        let retention = project.settings.retention
        try? await records.prune(
            stack: stack.id, runs: retention.runsPerStack, versions: retention.stateVersionsPerStack)
    }

    /// Says in `stack.lock` where the stack's state is kept, before anything of it is made.
    ///
    /// - Throws: a `Diagnostic` when the file says by now that it is kept elsewhere.
    func recordPlace(of stack: StackRow) async throws {
        guard let id = UUID(uuidString: stack.id) else { return }
        let (store, place) = (records.home.id, records.home.placeInLock)
        let first = UUID(uuidString: records.project).map { StackLock(project: $0, key: key.fingerprint) }
        try await StackLock.update(root: root, orFirst: first ?? StackLock(project: UUID())) { lock in
            guard let known = lock.states[stack.name] else {
                lock.states[stack.name] = StackLock.State(id: id, store: store, place: place)
                return
            }
            // Somebody else's first apply may have come in between, with a pull of their `stack.lock`.
            guard known.id == id, known.store == store else { throw stateIsElsewhere(stack.name, known.place) }
        }
    }
}

private func stateIsElsewhere(_ name: String, _ place: String) -> Diagnostic {
    .error(
        "the state of `\(name)` is kept in another database, on `\(place)`; planning here would create everything again",
        hint: hint(toReach: place), outcome: .refused)
}

private func othersAreElsewhere(_ name: String, _ place: String) -> Diagnostic {
    .error(
        "`\(name)` is new, and the states of all other stacks are kept in another database, on `\(place)`",
        hint: hint(toReach: place), outcome: .refused)
}

/// An older copy of the database, or one whose `-wal` was removed, knows nothing of what was applied since.
private func stateIsLost(_ name: String) -> Diagnostic {
    .error(
        "`stack.lock` says that the state of `\(name)` is kept here, but this database knows nothing of it",
        hint:
            "It is an older copy, or was damaged: restore a newer backup; planning here would create everything again",
        outcome: .refused)
}

/// This machine's name, as people know it.
package func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

extension ProjectStore {
    /// Who starts a run now, and from what.
    ///
    /// - Parameter program: the version of this program.
    func origin(_ checkout: GitCheckout?, program: String) -> RunOrigin {
        RunOrigin(
            user: userName, host: hostName(), commit: checkout?.commit, isClean: checkout?.isClean, program: program)
    }

    func checkout() async -> GitCheckout? {
        // Whether there is a repository is worth a note in the record, never the failure of a run.
        try? await GitCheckout.read(root, environment: environment)
    }
}
