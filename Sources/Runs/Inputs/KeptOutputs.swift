import JSON
import Plans
import Records
import Secrets
import Synchronization

/// The outputs of stacks as they were read last: a thousand stacks may take something of the same one.
final class KeptOutputs: Sendable {
    private let known = Mutex<[String: (sequence: Int, outputs: [String: PlannedOutputs.Output])]>([:])

    init() {}

    func outputs(of version: StateVersion) -> [String: PlannedOutputs.Output]? {
        known.withLock { known in
            known[version.stack].flatMap { $0.sequence == version.sequence ? $0.outputs : nil }
        }
    }

    func keep(_ outputs: [String: PlannedOutputs.Output], of version: StateVersion) {
        known.withLock { $0[version.stack] = (version.sequence, outputs) }
    }
}

extension ProjectStore {
    /// A stack's outputs as its last run that succeeded has left them: a failed apply leaves planned values in a state.
    ///
    /// - Throws: a `Diagnostic` when the state is kept elsewhere, or cannot be read.
    func keptOutputs(of stack: String) async throws -> [String: PlannedOutputs.Output] {
        let row = try await identify(stack).row
        guard let version = try await records.newestSuccessfulState(of: row.id) else { return [:] }
        if let known = knownOutputs.outputs(of: version) { return known }
        let state = try TerraformState.decode(try await records.bytes(of: version))
        let secrets = try await secrets(of: version, state)
        var outputs = state.outputs.mapValues {
            PlannedOutputs.Output(value: $0.value, isSensitive: $0.sensitive, secrets: secrets.occurring(in: $0.value))
        }
        // Terraform leaves an output that is null out of a state.
        for name in try await declaredOutputs(of: version) where outputs[name] == nil {
            outputs[name] = PlannedOutputs.Output(value: .null, isSensitive: false, secrets: SecretValues())
        }
        knownOutputs.keep(outputs, of: version)
        return outputs
    }

    /// Those of the module that was applied; none where its run did not note them.
    private func declaredOutputs(of version: StateVersion) async throws -> [String] {
        guard let run = version.run, let row = try await records.run(run), row.operation != .destroy else { return [] }
        return try row.binding?.decoded(as: PlanBinding.self).outputs ?? []
    }
}
