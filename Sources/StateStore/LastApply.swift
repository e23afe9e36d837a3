import Diagnostics
import Files
package import FoundationEssentials
import Plans
package import Records
package import SystemPackage

/// What this machine applied last to a stack, noted in a file beside a shared database: a server that is set back to an
/// older copy of itself knows nothing of it any more, and its plan could be applied a second time.
package struct LastApply: Codable, Sendable {
    /// The database that has to know of it.
    let store: String
    package let run: String
    /// The version that it began on.
    package let baseSequence: Int
    package let baseDigest: String
    /// Where it works.
    package let workspace: String
    package let workingFolder: String
    /// The state that it left, sealed; nil until it has ended.
    fileprivate(set) var state: Data?
}

extension StateStore {
    /// Notes that a run is about to change things.
    package func noteBegin(
        of lock: LockToken, on base: StateVersion, workspace: FilePath, _ workingFolder: String
    ) throws {
        let note = LastApply(
            store: records.home.id, run: lock.run, baseSequence: base.sequence, baseDigest: base.digest,
            workspace: workspace.string,
            workingFolder: workingFolder)
        try write(note, of: lock.stack)
        if let file = stateFile(of: lock.stack), exists(file) { try removeTree(file) }
    }

    /// Notes what the run has left in a folder, before the database is told. Without a complete state there the note stays
    /// as it is.
    package func noteEnd(of lock: LockToken, in folder: FilePath) throws {
        guard var note = try lastApply(to: lock.stack), note.run == lock.run,
            let state = try newestCompleteState(in: folder)
        else { return }
        note.state = try records.sealedNote(state, stack: lock.stack, run: lock.run)
        try write(note, of: lock.stack)
    }

    /// What this machine applied last; nil when that is nothing, or the database is not shared.
    package func lastApply(to stack: String) throws -> LastApply? {
        guard let file = noteFile(of: stack), let data = try readFile(file) else { return nil }
        let note = try JSONDecoder().decode(LastApply.self, from: data)
        return note.store == records.home.id ? note : nil
    }

    /// The same, when the database does not know that the run's plan was ever consumed. A run that is older than all that
    /// are kept of the stack was not lost, but left out.
    package func forgottenApply(to stack: String) async throws -> LastApply? {
        guard let note = try lastApply(to: stack) else { return nil }
        if let run = try await records.run(note.run) { return run.appliedAt == nil ? note : nil }
        // The time stands first in an id.
        if let oldest = try await records.oldestRun(of: stack), note.run < oldest.id { return nil }
        return note
    }

    /// - Throws: a `Diagnostic` with the outcome `refused` when the database has lost what was applied here.
    package func requireNothingForgotten(of stack: StackRow) async throws {
        if let note = try await forgottenApply(to: stack.id) { throw try refusal(for: note, of: stack) }
    }

    /// The state that the run has left; nil when it stands in the workspace only.
    package func state(of note: LastApply, stack: String) throws -> Data? {
        try note.state.map { try records.openedNote($0, stack: stack, run: note.run) }
    }

    /// Forgets it: somebody has decided what the stack's state is.
    package func forgetLastApply(to stack: String) throws {
        for file in [noteFile(of: stack), stateFile(of: stack)].compactMap({ $0 }) where exists(file) {
            try removeTree(file)
        }
    }

    /// Why nothing may be planned on a state that is older than what was applied on this machine. The state that this left
    /// is laid out, in clear, for whoever has to decide.
    func refusal(for note: LastApply, of stack: StackRow) throws -> Diagnostic {
        var place = "the workspace `\(note.workspace)`, or what is kept beside it"
        if let state = try state(of: note, stack: stack.id), let file = stateFile(of: stack.id) {
            try writeFile(state, to: file)
            place = "`\(file)`"
        }
        return .error(
            "run `\(note.run)` was applied to `\(stack.name)` on this machine, and the database does not know of it: it is an "
                + "older copy of what it was",
            notes: [
                .init("a plan made on the state in it could make everything of that run a second time"),
                .init("the state that the run left is in \(place)"),
            ],
            hint:
                "Bring the database up to date; or take that state in with `stack state push \(stack.name) FILE --force`; or, "
                + "to go without it, remove `\(noteFile(of: stack.id).map(\.string) ?? "")`",
            outcome: .refused)
    }

    private func write(_ note: LastApply, of stack: String) throws {
        guard let file = noteFile(of: stack) else { return }
        try makePrivateFolder(file.removingLastComponent())
        try writeFile(try JSONEncoder().encode(note), to: file)
    }

    private func noteFile(of stack: String) -> FilePath? { notes?.appending(stack) }

    private func stateFile(of stack: String) -> FilePath? { notes?.appending("\(stack).tfstate") }
}

/// The newest state in a folder that Terraform has written whole: the one that it could not put in its place, if there is
/// one.
package func newestCompleteState(in folder: FilePath) throws -> Data? {
    let states = try [erroredStateFileName, stateFileName].compactMap { try readFile(folder.appending($0)) }
    return states.first { (try? TerraformState.decode($0)) != nil }
}
