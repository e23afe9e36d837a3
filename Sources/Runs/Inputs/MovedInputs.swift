package import Definitions
import Diagnostics
import JSON
import ModuleInterface
import Records
import Templates

extension Engine {
    /// Whether a stack's inputs are others by now than those that a run of it was planned with.
    package func inputsHaveMoved(of definition: StackDefinition, since run: String) async throws -> Bool {
        guard !definition.inputs.isEmpty else { return false }
        let binding = try await records.run(run)?.binding?.decoded(as: PlanBinding.self)
        let module = try resolveModule(of: definition, in: store.project, tree: tree).interface
        let now = try await InputResolver(store: store, planned: [:]).inputs(of: definition, for: module)
        return now.isPreview || Set(binding?.inputs ?? []) != Set(bindings(of: now))
    }
}
