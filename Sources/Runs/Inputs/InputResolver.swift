import Definitions
import Diagnostics
import JSON
import ModuleInterface
import Secrets
import Templates

/// Finds what a stack's inputs are: what the plans of the same command say, else what is kept.
struct InputResolver: Sendable {
    let store: ProjectStore
    /// By stack: those that were planned in the same command, and will be applied before.
    let planned: [String: PlannedOutputs]

    /// - Throws: a `DiagnosticList` for values that do not fit the types of the module's variables; a `Diagnostic` when
    ///   what is kept of another stack cannot be read.
    func inputs(of definition: StackDefinition, for module: ModuleInterface) async throws -> [ResolvedInput] {
        var kept: [String: [String: PlannedOutputs.Output]] = [:]
        for stack in Set(definition.inputs.map(\.value.stack.value)) {
            kept[stack] = try await store.keptOutputs(of: stack)
        }
        let inputs = definition.inputs.map { input in
            resolve(
                input, kept[input.value.stack.value] ?? [:],
                as: module.variables[input.value.variable]?.type.expected ?? .any)
        }
        let problems = inputs.compactMap { problem(with: $0, of: definition.name.value, module) }
        guard problems.isEmpty else { throw DiagnosticList(problems) }
        return inputs
    }

    /// - Parameter expected: how a mock is read.
    private func resolve(
        _ input: Located<StackInput>, _ kept: [String: PlannedOutputs.Output], as expected: ExpectedType
    ) -> ResolvedInput {
        let stored = kept[input.value.output]
        let planned = planned[input.value.stack.value]?[input.value.output]
        func resolved(_ value: JSONValue?, of output: PlannedOutputs.Output?, _ origin: InputOrigin) -> ResolvedInput {
            ResolvedInput(
                variable: input.value.variable, stack: input.value.stack.value, output: input.value.output,
                value: value, isSensitive: output?.isSensitive ?? false, secrets: output?.secrets ?? SecretValues(),
                origin: origin, location: input.location)
        }
        if let stored, planned == nil || planned?.value == stored.value {
            return resolved(stored.value, of: planned?.isSensitive == true ? planned : stored, .stored)
        }
        if let value = planned?.value { return resolved(value, of: planned, .planned) }
        // What was there once is nothing that a mock knows better.
        if stored == nil, let mock = input.value.mock {
            return resolved(mock.json(as: expected), of: planned, .mock)
        }
        return resolved(nil, of: planned ?? stored, .pending)
    }

    /// A mock is the definition's own: what is wrong with it Terraform says.
    private func problem(
        with input: ResolvedInput, of stack: String, _ module: ModuleInterface
    ) -> Diagnostic? {
        guard let value = input.value, input.origin != .mock, let variable = module.variables[input.variable],
            let mismatch = variable.type.mismatch(of: value, named: input.output)
        else { return nil }
        // Keys of a map may be secret, too.
        let isSecret = input.isSensitive || !input.secrets.isEmpty
        let reason = isSecret ? "`\(input.output)` is of another type" : mismatch
        return .error(
            "an output does not fit the variable that takes it, on the way `\(stack)` → `\(input.stack)`: \(reason)",
            at: input.location,
            notes: [.init("the variable `\(input.variable)`, of type `\(variable.typeText)`", at: variable.location)],
            hint: "Change the output of `\(input.stack)`, or the type of the variable")
    }
}
