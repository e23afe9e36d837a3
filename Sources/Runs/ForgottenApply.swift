import ChildProcess
package import Diagnostics
import Files
import FoundationEssentials
import Plans
import Records
import StateStore
import SystemPackage
import Terraform
import Workspaces

extension ProjectStore {
    /// Takes in again what runs of this machine left and a shared database has lost.
    ///
    /// - Parameter names: the stacks to look at; nil for all of the project.
    /// - Returns: what to tell.
    package func takeInForgottenApplies(to names: Set<String>?, program: String) async throws -> [Diagnostic] {
        guard records.home.isShared else { return [] }
        var notices: [Diagnostic] = []
        for stack in try await records.stacks() where names?.contains(stack.name) ?? true {
            if let notice = try await takeInForgottenApply(to: stack, program: program) { notices.append(notice) }
        }
        return notices
    }

    /// Takes in again what a run of this machine left and a shared database has lost: its server was set back to an older
    /// copy. Only where nobody has changed the stack's state since; else a plan is refused until somebody decides.
    ///
    /// - Returns: what to tell; nil when nothing was taken in.
    private func takeInForgottenApply(to stack: StackRow, program: String) async throws -> Diagnostic? {
        guard let note = try await states.forgottenApply(to: stack.id),
            try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: note.run).isEmpty,
            let base = try await records.newestSettledState(of: stack.id),
            base.sequence == note.baseSequence, base.digest == note.baseDigest,
            let bytes = try leftState(of: note, stack), let state = try? TerraformState.decode(bytes),
            state.lineage == base.lineage, state.serial >= base.serial
        else { return nil }
        var generator = SystemRandomNumberGenerator()
        let proposal = try proposal(
            bytes, state, for: stack, base, try await records.bytes(of: base), .push,
            "the state that run \(note.run) left was taken in again: the database had lost it")
        do {
            try await change(
                proposal,
                by: .new(makeRunID(at: Date(), using: &generator), .push, origin(await checkout(), program: program)),
                secrets: try await knownSecrets(in: bytes, of: stack))
        } catch let problem as Diagnostic where problem.outcome == .unavailable {
            // Somebody holds the lock: a later command does it.
            return nil
        }
        return .warning(
            "the database had lost what run `\(note.run)` applied to `\(stack.name)`: it is an older copy of what it was; "
                + "the state that the run left (serial \(state.serial)) was taken in again",
            hint: "Look at the next plan before you apply: what other machines recorded last may be lost, too")
    }

    /// The state that a run left, as it was noted at its end, or as it stands in its workspace.
    private func leftState(of note: LastApply, _ stack: StackRow) throws -> Data? {
        if let noted = try states.state(of: note, stack: stack.id) { return noted }
        let workspace = try WorkspaceSlots.workspace(
            at: FilePath(note.workspace), run: note.run, workingFolder: note.workingFolder)
        return try workspace.flatMap { try readFile($0.folder.appending(stateFileName)) }
    }
}
