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
    /// What the clusters are called and tagged is what the plan was made with, whatever the definition says by now.
    ///
    /// - Parameter lock: of the run that has applied the stack.
    /// - Returns: what is worth telling. A record that cannot be written is a warning: what was applied is applied.
    /// - Throws: a `Diagnostic` when a shared database cannot be reached: it may work later.
    func recordClusters(
        of stack: StackRow, _ row: RunRow, _ declaration: ClusterDeclaration, state: TerraformState,
        secrets: SecretValues, lock: LockToken
    ) async throws -> [RunEvent] {
        var secrets = secrets
        for text in state.sensitiveTexts { secrets.insert(text) }
        let outputs = ClusterOutputs(
            state.outputs.mapValues { [secrets] output in
                ClusterOutputs.Output(output.value, isSensitive: output.isSensitive(with: secrets))
            })
        let isDestroyed = row.operation == .destroy && state.addresses.isEmpty
        let mapped = ClusterMapper(
            ClusterSource(
                stack: stack.name, declaration: declaration, stateSerial: state.serial, run: row.id, observedAt: Date())
        ).records(from: outputs)
        do {
            let changes = try await clusters.register(
                isDestroyed ? [] : mapped.records, stack: stack.id, at: Date(), isDestroyed: isDestroyed, lock: lock)
            // What could not be mapped was said when the record was written first.
            return (changes.isEmpty || isDestroyed ? [] : mapped.notes).map(RunEvent.problem)
                + changes.map { .cluster(handle: $0.handle, change: $0.change) }
        } catch let problem as Diagnostic where records.mayWorkLater(problem) {
            throw problem
        } catch {
            return [.problem(.warning("the cluster record was not written: \(firstMessage(of: error))"))]
        }
    }

    /// Refuses a plan whose clusters would take the handles of another stack's: it would be noticed after the apply only.
    /// An output that is not known yet says nothing of a handle.
    ///
    /// - Throws: a `Diagnostic` with the outcome `refused`.
    func requireOwnHandles(_ plan: Plan, of stack: StackRow, _ declaration: ClusterDeclaration) async throws {
        guard !plan.outputChanges.contains(where: { $0.name == "cluster" && $0.change.afterUnknown == true }) else {
            return
        }
        let outputs = plan.outputChanges.filter { $0.action != .delete }.map {
            ($0.name, ClusterOutputs.Output($0.change.after, isSensitive: $0.change.afterSensitive == true))
        }
        let mapped = ClusterMapper(
            ClusterSource(stack: stack.name, declaration: declaration, stateSerial: 0, run: "", observedAt: Date())
        ).records(from: ClusterOutputs(Dictionary(outputs) { first, _ in first }))
        try await clusters.requireFree(mapped.records.map(\.handle), for: stack.id)
    }
}

extension ClusterDeclaration {
    /// What a stack's definition says now.
    init(_ prepared: PreparedStack, in project: Project) {
        self.init(
            labels: prepared.definition.labels,
            stackMapping: prepared.definition.cluster.map(OutputMapping.init),
            templateMapping: project.template(of: prepared.definition)?.cluster.map(OutputMapping.init),
            template: prepared.template?.text)
    }
}

extension OutputMapping {
    fileprivate init(_ definition: ClusterMapping) {
        self.init(
            handle: definition.handle?.value, pool: definition.pool?.value, provider: definition.provider,
            distribution: definition.distribution, tags: definition.tags, outputs: definition.outputs)
    }
}
