package import Definitions
import Diagnostics
import Files
import FoundationEssentials
package import Records
package import SystemPackage

/// A move of a project's records to another database, about to begin.
package struct Moving: Sendable {
    /// Where they are kept until then.
    package let source: DatabasePlace
    package let target: DatabasePlace
    /// The server, or the file and its host, for people.
    package let targetName: String
    fileprivate let root: FilePath
    fileprivate let move: ProjectMove
    fileprivate let stores: (source: String, target: RecordsDatabase)
}

extension ProjectStore {
    /// Opens both databases, and makes the one that records are to be moved to when it is new.
    ///
    /// - Throws: a `Diagnostic` when nothing is kept of the project where the environment says, or the key or `stack.lock`
    ///   is another's, or it is to be moved to where it is.
    package static func prepareMove(
        to target: DatabasePlace, project: Project, root: FilePath, environment: [String: String]
    ) async throws -> Moving {
        let dataFolder = dataFolder(of: root, environment)
        let source = DatabasePlace(dataFolder: dataFolder, environment: environment)
        if case .file(let file) = source, !exists(file) { throw holdsNothing(file) }
        guard let lock = try StackLock.read(root: root) else { throw isOfNoProject(root) }
        let key = try loadKey(
            keyFile(project, root, dataFolder), environment, expecting: lock.neededKey, isFirst: false)
        guard source != target else { throw isThere(source) }
        if case .file(let file) = target { try makePrivateFolder(file.removingLastComponent()) }
        let from = try await source.open()
        let to = try await target.open(namedBy: "--to")
        guard from.id != to.id else { throw isThere(source) }
        if let other = lock.states.sorted(by: { $0.key < $1.key })
            .first(where: { $0.value.store != from.id && $0.value.store != to.id })
        {
            throw stateIsInAThird(other.key, other.value.place)
        }
        let (sourceName, targetName) = (source.name(of: from), target.name(of: to))
        let move = ProjectMove(
            of: lock.project.uuidString.lowercased(), from: .init(from, place: sourceName),
            to: .init(to, place: targetName), sealedWith: key)
        return Moving(
            source: source, target: target, targetName: targetName, root: root, move: move, stores: (from.id, to))
    }
}

extension Moving {
    /// Moves the records, then says so in `stack.lock`.
    ///
    /// - Returns: what was moved; nil when all was moved before.
    package func carryOut(_ report: (MovedStack) async -> Void) async throws -> MovedExtent? {
        let extent = try await move.carryOut(report)
        try await StackLock.update(root: root) { lock in
            for (name, state) in lock.states where state.store == stores.source {
                lock.states[name] = StackLock.State(
                    id: state.id, store: stores.target.id, place: stores.target.placeInLock)
            }
        }
        return extent
    }
}

private func holdsNothing(_ file: FilePath) -> Diagnostic {
    .error(
        "there are no records to move: there is no `\(file)`",
        hint: "\(databaseVariable) names the server to move from", outcome: .usage)
}

private func isOfNoProject(_ root: FilePath) -> Diagnostic {
    .error(
        "there is no `\(root)/stack.lock`, which says whose records are to be moved",
        hint: "Bring it back from git; it is made when a stack is planned first", outcome: .refused)
}

private func isThere(_ place: DatabasePlace) -> Diagnostic {
    .error(
        "the records of this project are to be moved to where they are",
        hint: place.isServer
            ? "\(databaseVariable) names the database to move from, `--to` the one to move to: a file, or another server"
            : "Without \(databaseVariable) they are moved from the file: `--to postgres://USER@HOST/DATABASE`",
        outcome: .usage)
}

private func stateIsInAThird(_ stack: String, _ place: String) -> Diagnostic {
    .error(
        "the state of `\(stack)` is kept in another database, on `\(place)`: only a project whose states are all in "
            + "one is moved", hint: hint(toReach: place), outcome: .refused)
}
