import Definitions
import Diagnostics
import JSON
import ModuleInterface
import Plans
import Records
import Templates

/// Finds what a stack's inputs are: what the plans of the same command say, else what is kept.
struct InputResolver: Sendable {
    let store: ProjectStore
    /// By stack: those that were planned in the same command, and will be applied before.
    let planned: [String: PlannedOutputs]

    /// - Throws: a `DiagnosticList` for values that do not fit the types of the module's variables; a `Diagnostic` when
    ///   what is kept of another stack cannot be read.
    func inputs(of definition: StackDefinition, for module: ModuleInterface) async throws -> [ResolvedInput] {
        var kept: [String: [String: KeptOutput]] = [:]
        for stack in Set(definition.inputs.map(\.value.stack.value)) { kept[stack] = try await outputs(of: stack) }
        let inputs = definition.inputs.map { input in
            resolve(
                input, kept[input.value.stack.value] ?? [:],
                as: module.variables[input.value.variable]?.type.expected ?? .any)
        }
        let problems = inputs.compactMap { problem(with: $0, of: definition.name.value, module) }
        guard problems.isEmpty else { throw DiagnosticList(problems) }
        return inputs
    }

    private struct KeptOutput {
        let value: JSONValue
        let isSensitive: Bool
    }

    /// Those of the last run that succeeded: a failed apply leaves planned values in a state's outputs.
    private func outputs(of stack: String) async throws -> [String: KeptOutput] {
        let row = try await store.identify(stack).row
        guard let version = try await store.records.newestSuccessfulState(of: row.id) else { return [:] }
        let state = try TerraformState.decode(try await store.records.bytes(of: version))
        let secrets = try await store.secrets(of: version, state)
        return state.outputs.mapValues {
            KeptOutput(value: $0.value, isSensitive: $0.sensitive || $0.isSensitive(with: secrets))
        }
    }

    /// - Parameter expected: how a mock is read.
    private func resolve(
        _ input: Located<StackInput>, _ kept: [String: KeptOutput], as expected: ExpectedType
    ) -> ResolvedInput {
        let stored = kept[input.value.output]
        let planned = planned[input.value.stack.value]?[input.value.output]
        func resolved(_ value: JSONValue?, isSensitive: Bool, _ origin: InputOrigin) -> ResolvedInput {
            ResolvedInput(
                variable: input.value.variable, stack: input.value.stack.value, output: input.value.output,
                value: value, isSensitive: isSensitive, origin: origin, location: input.location)
        }
        if let stored, planned == nil || planned?.value == stored.value {
            return resolved(
                stored.value, isSensitive: stored.isSensitive || planned?.isSensitive == true, .stored)
        }
        let isSensitive = planned?.isSensitive ?? stored?.isSensitive ?? false
        if let value = planned?.value { return resolved(value, isSensitive: isSensitive, .planned) }
        if let mock = input.value.mock { return resolved(mock.json(as: expected), isSensitive: isSensitive, .mock) }
        return resolved(nil, isSensitive: isSensitive, .pending)
    }

    /// A mock is the definition's own: what is wrong with it Terraform says.
    private func problem(
        with input: ResolvedInput, of stack: String, _ module: ModuleInterface
    ) -> Diagnostic? {
        guard let value = input.value, input.origin != .mock, let variable = module.variables[input.variable],
            let mismatch = variable.type.mismatch(of: value, named: input.output)
        else { return nil }
        return .error(
            "an output does not fit the variable that takes it, on the way `\(stack)` → `\(input.stack)`: \(mismatch)",
            at: input.location,
            notes: [.init("the variable `\(input.variable)`, of type `\(variable.typeText)`", at: variable.location)],
            hint: "Change the output of `\(input.stack)`, or the type of the variable")
    }
}
