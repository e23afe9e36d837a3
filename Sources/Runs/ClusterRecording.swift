import Definitions
import Diagnostics
import Fleet
import FoundationEssentials
import Plans
import Records
import Secrets
import Templates

extension Engine {
    /// Writes the cluster records that a successful run's outputs give; after a destroy there are none, and those that
    /// were are marked gone. An output that gives away one of the run's secrets is sensitive, whether Terraform knows it
    /// or not.
    ///
    /// - Returns: what is worth telling.
    func recordClusters(
        of stack: StackRow, row: RunRow, prepared: PreparedStack, state: TerraformState, secrets: SecretValues
    ) async throws -> [RunEvent] {
        let definition = prepared.definition
        let template = template(of: definition)
        let mapped = ClusterMapper(
            ClusterSource(
                stack: stack.name, labels: definition.labels,
                stackMapping: definition.cluster.map(OutputMapping.init),
                templateMapping: template?.cluster.map(OutputMapping.init),
                template: prepared.source.template.map { "\($0.name)@\($0.version)" }, stateSerial: state.serial,
                run: row.id, observedAt: Date())
        ).records(
            from: ClusterOutputs(
                state.outputs.mapValues { output in
                    ClusterOutputs.Output(
                        output.value, isSensitive: output.sensitive || secrets.masked(output.value) != output.value)
                }))
        let isDestroyed = row.operation == .destroy && state.addresses.isEmpty
        let changes = try await ClusterRegistry(records: records, project: store.projectID).register(
            isDestroyed ? [] : mapped.records, stack: stack.id, run: row.id, at: Date(),
            isDestroyed: isDestroyed)
        return (isDestroyed ? [] : mapped.notes.map(RunEvent.problem))
            + changes.map { .cluster(handle: $0.handle, change: $0.change) }
    }

    private func template(of definition: StackDefinition) -> TemplateDefinition? {
        guard case .template(let reference) = definition.source.value else { return nil }
        return store.project.template(for: reference)
    }
}

extension OutputMapping {
    fileprivate init(_ definition: ClusterMapping) {
        self.init(
            handle: definition.handle?.value, pool: definition.pool?.value, provider: definition.provider,
            distribution: definition.distribution, tags: definition.tags, outputs: definition.outputs)
    }
}
