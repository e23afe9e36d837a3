package import Definitions
import Diagnostics
import JSON
import ModuleInterface
import Records
import Templates
import Terraform

extension Engine {
    /// What somebody has changed of a stack between two plans of it, each as a phrase for people: a plan that is to take the
    /// place of one that was shown must be made from the same.
    package func definitionMoved(from shown: String, to run: String) async throws -> [String] {
        let before = try await records.run(shown)?.binding?.decoded(as: PlanBinding.self)
        let after = try await records.run(run)?.binding?.decoded(as: PlanBinding.self)
        guard let before, let after else { return ["what it was made from is not known any more"] }
        return before.movedDefinition(to: after) { $0.hasSuffix(SensitiveVariables.fileName) }
    }

    /// Whether a stack's inputs are others by now than those that a run of it was planned with.
    package func inputsHaveMoved(of definition: StackDefinition, since run: String) async throws -> Bool {
        guard !definition.inputs.isEmpty else { return false }
        let binding = try await records.run(run)?.binding?.decoded(as: PlanBinding.self)
        let module = try resolveModule(of: definition, in: store.project, tree: tree).interface
        let now = try await InputResolver(store: store, planned: [:]).inputs(of: definition, for: module)
        return now.isPreview || Set(binding?.inputs ?? []) != Set(bindings(of: now))
    }
}
