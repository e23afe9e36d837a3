import Definitions
import Diagnostics
import Fleet
import FoundationEssentials
import JSON
import Plans
import Records
import Secrets
import Templates

extension ProjectStore {
    /// Writes the cluster records that the outputs of an applied stack give; after a destroy there are none, and those
    /// that were are marked gone. An output that gives a secret away is sensitive, whether Terraform knows it or not.
    ///
    /// - Parameter template: `name@version` of the golden template that was applied.
    /// - Returns: what is worth telling. A record that cannot be written is a warning: what was applied is applied.
    func recordClusters(
        of stack: StackRow, _ row: RunRow, _ definition: StackDefinition?, template: String?, state: TerraformState,
        secrets: SecretValues
    ) async -> [RunEvent] {
        do {
            guard let definition else {
                throw Diagnostic.error("the stack `\(stack.name)` is not defined as it was when its plan was made")
            }
            let outputs = ClusterOutputs(
                state.outputs.mapValues { output in
                    ClusterOutputs.Output(
                        output.value, isSensitive: output.sensitive || secrets.masked(output.value) != output.value)
                })
            let isDestroyed = row.operation == .destroy && state.addresses.isEmpty
            let mapped = clusters(of: definition, template, stateSerial: state.serial, run: row.id, outputs)
            return try await record(isDestroyed ? nil : mapped, of: stack, row)
        } catch {
            return [.problem(.warning("the cluster record was not written: \(firstMessage(of: error))"))]
        }
    }

    /// - Parameter mapped: nil when the stack was destroyed.
    private func record(_ mapped: ClusterMapper.Result?, of stack: StackRow, _ row: RunRow) async throws -> [RunEvent] {
        let changes = try await clusters.register(
            mapped?.records ?? [], stack: stack.id, run: row.id, at: Date(), isDestroyed: mapped == nil)
        // What could not be mapped was said when the record was written first.
        return (changes.isEmpty ? [] : mapped?.notes ?? []).map(RunEvent.problem)
            + changes.map { .cluster(handle: $0.handle, change: $0.change) }
    }

    /// Refuses a plan whose clusters would take the handles of another stack's: it would be noticed after the apply only.
    ///
    /// - Throws: a `Diagnostic` with the outcome `refused`.
    func requireOwnHandles(_ plan: Plan, of stack: StackRow, _ definition: StackDefinition) async throws {
        let outputs = plan.outputChanges.filter { $0.action != .delete }.map {
            ($0.name, ClusterOutputs.Output($0.change.after, isSensitive: $0.change.afterSensitive == true))
        }
        let mapped = clusters(
            of: definition, nil, stateSerial: 0, run: "", ClusterOutputs(Dictionary(outputs) { first, _ in first }))
        try await clusters.requireFree(mapped.records.map(\.handle), for: stack.id)
    }

    private func clusters(
        of definition: StackDefinition, _ template: String?, stateSerial: Int, run: String, _ outputs: ClusterOutputs
    ) -> ClusterMapper.Result {
        ClusterMapper(
            ClusterSource(
                stack: definition.name.value, labels: definition.labels,
                stackMapping: definition.cluster.map(OutputMapping.init),
                templateMapping: project.template(of: definition)?.cluster.map(OutputMapping.init), template: template,
                stateSerial: stateSerial, run: run, observedAt: Date())
        ).records(from: outputs)
    }
}

extension OutputMapping {
    fileprivate init(_ definition: ClusterMapping) {
        self.init(
            handle: definition.handle?.value, pool: definition.pool?.value, provider: definition.provider,
            distribution: definition.distribution, tags: definition.tags, outputs: definition.outputs)
    }
}
