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
            notices += try await takeInForgottenApply(to: stack, program: program)
        }
        return notices
    }

    /// Takes in again what a run of this machine left and a shared database has lost: its server was set back to an older
    /// copy. Only where nobody has changed the stack's state since; else a plan is refused until somebody decides.
    ///
    /// - Returns: what to tell; empty when nothing was taken in.
    private func takeInForgottenApply(to stack: StackRow, program: String) async throws -> [Diagnostic] {
        guard try await states.forgottenApply(to: stack.id) != nil else { return [] }
        // Of two commands at once the second finds it done.
        return try await holdingLock(on: recoveryLock(of: nil)) {
            try await takeInForgottenApplyAlone(to: stack, program: program)
        }
    }

    private func takeInForgottenApplyAlone(to stack: StackRow, program: String) async throws -> [Diagnostic] {
        guard let note = try await states.forgottenApply(to: stack.id) else { return [] }
        let workspace = try workspace(of: note)
        guard try livingProcesses(withEnvironment: TerraformEnvironment.runVariable, value: note.run).isEmpty,
            let base = try await records.newestSettledState(of: stack.id),
            base.sequence == note.baseSequence, base.digest == note.baseDigest,
            let bytes = try states.state(of: note, stack: stack.id)
                ?? workspace.flatMap({ try newestCompleteState(in: $0.folder) }),
            let state = try? TerraformState.decode(bytes),
            state.lineage == base.lineage, state.serial >= base.serial
        else { return [] }
        let original = try await records.bytes(of: base)
        var generator = SystemRandomNumberGenerator()
        let proposal = try proposal(
            bytes, state, for: stack, base, original, .push,
            "the state that run \(note.run) left was taken in again: the database had lost it")
        do {
            try await change(
                proposal,
                by: .new(makeRunID(at: Date(), using: &generator), .push, origin(await checkout(), program: program)),
                secrets: try await knownSecrets(in: bytes, of: stack))
        } catch let problem as Diagnostic where problem.outcome == .unavailable {
            // Somebody holds the lock: a later command does it.
            return []
        }
        try states.forgetLastApply(to: stack.id)
        let unknown = ApplyLedger(try workspace?.writtenEvents() ?? [])
            .unknownResources(in: state, startedFrom: try TerraformState.decode(original))
        let notice = Diagnostic.warning(
            "the database had lost what run `\(note.run)` applied to `\(stack.name)`: it is an older copy of what it was; "
                + "the state that the run left (serial \(state.serial)) was taken in again",
            hint: "Look at the next plan before you apply: what other machines recorded last may be lost, too")
        return [notice] + unknown.diagnostics(of: stack.name)
    }

    private func workspace(of note: LastApply) throws -> Workspace? {
        try WorkspaceSlots.workspace(
            at: FilePath(note.workspace), run: note.run, workingFolder: note.workingFolder)
    }
}
