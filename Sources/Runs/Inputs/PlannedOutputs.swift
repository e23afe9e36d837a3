import JSON
import Plans
import Secrets

/// What a plan says that a stack's outputs will be, for the stacks that take them.
package struct PlannedOutputs: Sendable {
    struct Output: Sendable {
        /// Nil when it is known only after an apply.
        let value: JSONValue?
        /// Whether Terraform marks it, or a part of it, as sensitive.
        let isSensitive: Bool
        /// What is known as secret and stands in it.
        let secrets: SecretValues
    }

    private let outputs: [String: Output]

    /// - Parameter secrets: all that is known as secret of the run.
    init(_ plan: Plan, _ secrets: SecretValues) {
        let changes = plan.outputChanges.filter { $0.action != .delete }
        outputs = Dictionary(
            changes.map { change in
                let isKnown = !marksAnything(change.change.afterUnknown)
                return (
                    change.name,
                    Output(
                        value: isKnown ? change.change.after : nil,
                        isSensitive: marksAnything(change.change.afterSensitive),
                        secrets: secrets.occurring(in: change.change.after))
                )
            }, uniquingKeysWith: { $1 })
    }

    subscript(name: String) -> Output? { outputs[name] }
}

/// Whether a tree of marks holds one.
private func marksAnything(_ marks: JSONValue) -> Bool {
    switch marks {
    case .bool(let isMarked): isMarked
    case .array(let elements): elements.contains(where: marksAnything)
    case .object(let members): members.values.contains(where: marksAnything)
    case .null, .number, .string: false
    }
}
