package import Diagnostics
import JSON
import Plans

extension [UnknownResource] {
    /// What a user of the stack has to look at after a kill or an interrupt.
    package func diagnostics(of stack: String) -> [Diagnostic] { map { $0.diagnostic(of: stack) } }

    /// As they are kept with the run; nil when there are none.
    func json(of stack: String) -> JSONValue? { isEmpty ? nil : .array(map { $0.json(of: stack) }) }
}

extension UnknownResource {
    fileprivate func diagnostic(of stack: String) -> Diagnostic {
        let fact =
            switch outcome {
            case .unfinished: "its \(action) was under way"
            case .errored: "its \(action) failed and may have had effects"
            case .unrecorded: "its \(action) succeeded"
            }
        let whereabouts = isInState ? "the next plan finds out how it is" : "the state does not show it"
        return .warning(
            "`\(address)` is unknown: \(fact); \(whereabouts)",
            notes: idValue.map { [Diagnostic.Note("its \(idKey ?? "id") is `\($0)`")] } ?? [], hint: hint(stack))
    }

    private func hint(_ stack: String) -> String? {
        func command(_ id: String) -> String {
            importArguments(stack, id).map(\.shellWord).joined(separator: " ")
        }
        if let importID { return "It is probably brought back by: \(command(importID))" }
        if action == "create", !isInState, isAddressTaken {
            return
                "The state holds the object before it at this address: find the new one where it was made, and delete it"
        }
        return isImportable ? "If it was made, it is brought back by its id: \(command("ID"))" : nil
    }

    private func importArguments(_ stack: String, _ id: String) -> [String] {
        ["stack", "state", "import", stack] + (id.hasPrefix("-") ? ["--"] : []) + [address, id]
    }

    fileprivate func json(of stack: String) -> JSONValue {
        [
            "address": .string(address), "action": .string(action), "outcome": .string(outcome.rawValue),
            "inState": .bool(isInState), "id": idValue.map(JSONValue.string) ?? .null,
            "import": importID.map { .array(importArguments(stack, $0).map(JSONValue.string)) } ?? .null,
        ]
    }
}
