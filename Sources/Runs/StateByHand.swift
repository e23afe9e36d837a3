import Definitions
import Diagnostics
package import FoundationEssentials
package import Plans
package import Records
import Secrets
import StateStore

/// A state that somebody wants in the place of a stack's, before it is there.
package struct StateProposal: Sendable {
    package let stack: StackRow
    /// What it replaces.
    package let base: StateVersion
    package let difference: StateDifference
    package let version: NewStateVersion
    let operation: RunOperation
    let message: String
}

extension ProjectStore {
    /// A state file as the stack's new state.
    ///
    /// - Parameter force: takes another lineage, or a serial that is not higher, all the same; it is recorded.
    /// - Returns: nil when the stack has just this state.
    /// - Throws: a `Diagnostic` with the outcome `refused` for another lineage or a serial that is not higher, as
    ///   Terraform's `state push` refuses them.
    package func proposePush(of file: Data, to stack: StackRow, force: Bool) async throws -> StateProposal? {
        let (base, current) = try await newestState(of: stack)
        let state = try TerraformState.decode(file)
        guard file != current else { return nil }
        let reasons = obstacles(to: state, after: base)
        if !force, !reasons.isEmpty {
            throw Diagnostic.error(
                "this is no later state of `\(stack.name)`", notes: reasons.map { Diagnostic.Note($0) },
                hint: "`--force` takes it all the same", outcome: .refused)
        }
        return try proposal(
            file, state, for: stack, base, current, .push,
            "a state file was pushed" + (reasons.isEmpty ? "" : " by force: \(reasons.joined(separator: "; "))"))
    }

    /// An earlier version of the stack's state as a new one, with the next serial.
    ///
    /// - Throws: a `Diagnostic` when that version is not kept.
    package func proposeRollback(of stack: StackRow, to sequence: Int) async throws -> StateProposal? {
        try await states.requireNothingForgotten(of: stack)
        let (base, current) = try await newestState(of: stack)
        guard sequence != base.sequence else { return nil }
        guard let version = try await records.stateVersions(of: stack.id).first(where: { $0.sequence == sequence })
        else { throw noSuchVersion(sequence, stack.name) }
        let (serial, overflows) = base.serial.addingReportingOverflow(1)
        guard !overflows else { throw noHigherSerial(stack.name) }
        let bytes = try TerraformState.replacingSerial(of: try await records.bytes(of: version), with: serial)
        return try proposal(
            bytes, try TerraformState.decode(bytes), for: stack, base, current, .rollback,
            "the state went back to version \(sequence)")
    }

    /// Makes the proposed state the one to plan on.
    ///
    /// - Parameter allowed: what a protected stack may lose, as the difference names it.
    /// - Returns: the run that records it.
    /// - Throws: a `Diagnostic` when the stack is protected, locked, or has another state by now; nothing was changed.
    package func carryOut(
        _ proposal: StateProposal, program: String, allowed: Set<String> = []
    ) async throws -> String {
        let changes = Dictionary(uniqueKeysWithValues: proposal.difference.removed.map { ($0, "forgotten") })
        if let definition = project.stack(named: proposal.stack.name),
            let refusal = protectionRefusal(definition, changes, ExecutionOptions(allowedAddresses: allowed))
        {
            throw refusal
        }
        var generator = SystemRandomNumberGenerator()
        let run = makeRunID(at: Date(), using: &generator)
        try await change(
            proposal, by: .new(run, proposal.operation, origin(await checkout(), program: program)),
            secrets: try await knownSecrets(in: proposal.version.bytes, of: proposal.stack))
        if proposal.operation == .push { try states.forgetLastApply(to: proposal.stack.id) }
        return run
    }

    /// Makes the proposed state the stack's, and says before in `stack.lock` where it is.
    ///
    /// - Throws: a `Diagnostic` when the stack is locked, or has another state by now; nothing was changed.
    func change(_ proposal: StateProposal, by run: ChangingRun, secrets: SecretValues) async throws {
        // Before the change, as an apply does it: where the state is and nobody knows it, everything is made twice.
        try await recordPlace(of: proposal.stack)
        do {
            try await records.change(
                stateOf: proposal.stack.id, to: proposal.version, from: proposal.base, by: run,
                message: proposal.message, secrets: secrets.sealedForm)
        } catch let held as HeldLock {
            throw lockIsHeld(proposal.stack.name, held.holder)
        }
        await prune(proposal.stack)
    }

    func newestState(of stack: StackRow) async throws -> (StateVersion, Data) {
        guard let version = try await records.newestSettledState(of: stack.id) else {
            throw Diagnostic.error("the stack `\(stack.name)` has no state yet", hint: "Run `stack plan \(stack.name)`")
        }
        return (version, try await records.bytes(of: version))
    }

    func proposal(
        _ bytes: Data, _ state: TerraformState, for stack: StackRow, _ base: StateVersion, _ current: Data,
        _ operation: RunOperation, _ message: String
    ) throws -> StateProposal {
        StateProposal(
            stack: stack, base: base,
            difference: StateDifference(from: try TerraformState.decode(current), to: state),
            version: NewStateVersion(state, bytes: bytes), operation: operation, message: message)
    }
}

/// Why a file is no later state of the same stack.
private func obstacles(to state: TerraformState, after base: StateVersion) -> [String] {
    if state.lineage != base.lineage {
        return ["its lineage is `\(state.lineage)`, and the stack's is `\(base.lineage)`: it is another stack's"]
    }
    guard state.serial <= base.serial else { return [] }
    return ["its serial is \(state.serial), and the stack's is \(base.serial): it is older, or another of the same age"]
}

private func noHigherSerial(_ stack: String) -> Diagnostic {
    .error(
        "the serial of the state of `\(stack)` is as high as it can be",
        hint: "`stack state push --force` takes one with a lower serial", outcome: .refused)
}

private func noSuchVersion(_ sequence: Int, _ stack: String) -> Diagnostic {
    .error(
        "version \(sequence) of the state of `\(stack)` is not kept",
        hint: "`stack state versions \(stack)` lists those that are", outcome: .usage)
}
