import ChildProcess
import Definitions
import Diagnostics
import Files
import FoundationEssentials
import JSON
import Plans
import ProviderGateway
package import Records
import Secrets
import StateStore
import SystemPackage
import Terraform
import Workspaces

/// An object that was read into a stack's state.
package struct StateImport: Sendable {
    /// The run that records it.
    package let run: String
    package let proposal: StateProposal
}

extension Engine {
    /// Has Terraform read an object that exists into the stack's state, under an address of its module.
    ///
    /// As with a plan, no lock is held meanwhile: only the state in the workspace changes, and it becomes the stack's in
    /// one transaction, or not at all when the stack is locked or has another state by then.
    ///
    /// - Parameters:
    ///   - deadline: until when the workspace that the stack needs is waited for.
    ///   - onEvent: told what happens, masked, and in which run.
    /// - Throws: a `Diagnostic` or `DiagnosticList` when nothing was imported: with the outcome `refused` where the state
    ///   has the address already. What Terraform says, where it refuses too, is told as an event.
    package func importObject(
        _ address: String, id: String, into stack: StackRow, until deadline: ContinuousClock.Instant,
        onEvent: @escaping @Sendable (RunEvent, _ run: String) async -> Void
    ) async throws -> StateImport {
        guard let definition = store.project.stack(named: stack.name) else {
            throw Diagnostic.error(
                "the stack `\(stack.name)` is no longer defined", hint: "Bring its definition back", outcome: .refused)
        }
        try await store.states.requireNothingForgotten(of: stack)
        let (base, current) = try await store.newestState(of: stack)
        try requireUnknown(address, in: try TerraformState.decode(current), of: stack.name)
        var prepared = try await prepare(definition)
        try prepared.inputs.requireStored(by: stack.name)
        prepared.secrets.formUnion(try await store.inheritedSecrets(from: base))
        var generator = SystemRandomNumberGenerator()
        let run = makeRunID(at: Date(), using: &generator)
        try await records.begin(
            run: run, stack: stack.id, operation: .import,
            origin: store.origin(await store.checkout(), program: programVersion),
            process: try JSONValue(encoding: ProcessIdentity.current()))
        let log = EventLog(records: records, run: run, secrets: prepared.secrets) { await onEvent($0, run) }
        let importing = Importing(
            engine: self, run: run, stack: stack, prepared: prepared, address: address, id: id, base: base,
            current: current, log: log)
        let proposal = try await work(on: run, log: log, secrets: prepared.secrets) {
            try await importing.perform(until: deadline)
        }
        await log.emit(.ended(.succeeded, message: proposal.message))
        await log.flush()
        await store.prune(stack)
        return StateImport(run: run, proposal: proposal)
    }

    private func requireUnknown(_ address: String, in state: TerraformState, of stack: String) throws {
        guard state.addresses.contains(address) else { return }
        throw Diagnostic.error(
            "the state of `\(stack)` has `\(address)` already",
            hint: """
                See it with `stack state show \(stack) \(address.shellWord)`; if it is the one that was to be replaced \
                (`create_before_destroy`), delete the new one where it was made, and apply again
                """, outcome: .refused)
    }
}

/// One import, from the claimed workspace to the state that is the stack's.
private struct Importing: Sendable {
    let engine: Engine
    let run: String
    let stack: StackRow
    let prepared: PreparedStack
    let address: String
    let id: String
    /// What it begins with.
    let base: StateVersion
    let current: Data
    let log: EventLog

    private static let terraformSaid = "Terraform said while it imported"

    func perform(until deadline: ContinuousClock.Instant) async throws -> StateProposal {
        for warning in prepared.warnings { await log.emit(.problem(warning)) }
        return try await engine.inWorkspace(
            run: run, stack: stack, source: prepared.source, patience: deadline - .now, log: log
        ) { workspace in
            let (proposal, remarks) = try await importObject(in: workspace)
            var secrets = prepared.secrets
            secrets.formUnion(try await engine.store.knownSecrets(in: proposal.version.bytes, of: stack))
            var marked = secrets
            for text in try TerraformState.decode(proposal.version.bytes).sensitiveTexts { marked.insert(text) }
            await log.mask(marked)
            if !remarks.isEmpty {
                await log.emit(.problem(.warning(Self.terraformSaid, notes: [Diagnostic.Note(remarks)])))
            }
            await log.emit(.phase(.recording))
            try Task.checkCancellation()
            try await withoutCancellation { [engine, run, secrets] in
                try await engine.store.change(proposal, by: .begun(run), secrets: secrets)
            }
            return proposal
        }
    }

    /// - Returns: with what Terraform remarked on standard error.
    private func importObject(in workspace: Workspace) async throws -> (StateProposal, remarks: String) {
        try await engine.layOut(prepared, in: workspace, on: base, run: run, log: log)
        await log.emit(.phase(.importing))
        let command = ImportCommand(
            address: address, id: id, variableFile: workspace.argument(workspace.variablesFile))
        let gateway = engine.gateway(for: prepared, in: workspace, isWanted: true)
        let child = engine.terraformCommand(command.arguments, run: run, prepared, in: workspace, behind: gateway)
        let output: ChildOutput
        do {
            output = try await collect(child)
        } catch {
            // A gateway that was ended leaves a Terraform in a session of its own, and the workspace is about to go.
            _ = try? await engine.store.killPlanning(run)
            throw error
        }
        let (messages, said) = output.remarks
        for message in messages { await log.emit(.problem(message)) }
        guard output.exit.isSuccess else {
            await log.emit(.problem(.error(Self.terraformSaid, notes: said.isEmpty ? [] : [Diagnostic.Note(said)])))
            throw Diagnostic.error("Terraform did not import `\(address)`", hint: "Nothing was imported")
        }
        if let problem = try workspace.strayStateProblems().first { throw problem }
        return (try proposal(try stateLeft(in: workspace)), said)
    }

    /// The state as Terraform left it.
    private func stateLeft(in workspace: Workspace) throws -> Data {
        guard let bytes = try readFile(workspace.folder.appending(stateFileName)), bytes != current else {
            throw Diagnostic.error(
                "Terraform reported success but left no new state", hint: "Nothing was imported",
                outcome: .internalFailure)
        }
        return bytes
    }

    private func proposal(_ bytes: Data) throws -> StateProposal {
        let state = try TerraformState.decode(bytes)
        let message = prepared.secrets.masked("`\(address)` was imported by its id `\(id)`")
        let proposal = try engine.store.proposal(bytes, state, for: stack, base, current, .import, message)
        guard state.lineage == base.lineage, proposal.difference.removed.isEmpty else {
            throw Diagnostic.error(
                "the import would have let go of what the state of `\(stack.name)` has", hint: "Nothing was imported",
                outcome: .internalFailure)
        }
        return proposal
    }
}

extension ChildOutput {
    /// Standard error: what the gateway has said, and the rest without the empty lines around it.
    fileprivate var remarks: (messages: [Diagnostic], text: String) {
        let all = String(decoding: standardError, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let messages = all.map { GatewayMessage(line: String($0))?.diagnostic }
        var lines = zip(all, messages).filter { $1 == nil }.map(\.0).drop(while: \.isEmpty)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return (messages.compactMap(\.self), lines.joined(separator: "\n"))
    }
}
