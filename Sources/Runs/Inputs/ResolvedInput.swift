import Definitions
import Diagnostics
import JSON
import Secrets

/// Where the value of an input comes from.
package enum InputOrigin: Hashable, Sendable {
    /// An output as the last run that succeeded has left it.
    case stored
    /// What a plan of the same command says that it will be.
    case planned
    /// What the definition gives in its place.
    case mock
    /// Nobody knows it before the other stack has been applied.
    case pending
}

/// A variable that takes an output of another stack, and what it is now.
struct ResolvedInput: Sendable {
    let variable: String
    let stack: String
    let output: String
    /// Nil where it is pending.
    let value: JSONValue?
    /// Whether Terraform marks it as sensitive.
    let isSensitive: Bool
    /// What is known as secret and stands in it, marked or not.
    let secrets: SecretValues
    let origin: InputOrigin
    let location: SourceLocation
}

extension [ResolvedInput] {
    /// Whether a plan that is made with them shows what will be, and is none that may be applied.
    var isPreview: Bool { contains { $0.origin != .stored } }

    /// By variable.
    var values: [String: JSONValue] {
        Dictionary(compactMap { input in input.value.map { (input.variable, $0) } }) { $1 }
    }

    /// What a preview was made with, for people, one line each.
    var explanations: [String] {
        filter { $0.origin != .stored }.map { input in
            let from = "the output `\(input.output)` of `\(input.stack)`"
            return switch input.origin {
            case .stored, .planned: "`\(input.variable)` is what the plan of `\(input.stack)` says of \(from)"
            case .mock: "`\(input.variable)` is a mock: \(from) is not known yet"
            case .pending: "`\(input.variable)` is not known until `\(input.stack)` has been applied"
            }
        }
    }

    /// - Throws: a `DiagnosticList` when something of it is not an output that is kept: nothing can be applied then.
    func requireStored(by stack: String) throws(DiagnosticList) {
        let missing = filter { $0.origin != .stored }
        guard !missing.isEmpty else { return }
        throw DiagnosticList(
            missing.map { input in
                .error(
                    "`\(stack)` takes the output `\(input.output)` of `\(input.stack)`, which has none yet",
                    at: input.location,
                    hint: "Apply `\(input.stack)` first, or both: `stack apply \(stack) --with-dependencies`",
                    outcome: .refused)
            })
    }
}

/// What a plan was made with of another stack's outputs; another value by the time of the apply makes it stale.
package struct InputBinding: Codable, Hashable, Sendable {
    let variable: String
    let stack: String
    let output: String
    /// Keyed digest of the value.
    let digest: String

    /// As a phrase for people.
    var text: String { "the input `\(variable)` (the output `\(output)` of `\(stack)`)" }
}
