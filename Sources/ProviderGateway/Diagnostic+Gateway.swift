package import Diagnostics

extension Diagnostic {
    static func steppedAside(_ reason: String) -> Diagnostic {
        .warning("Terraform runs without the provider gateway: \(reason)")
    }

    static func steppedAside(for provider: String, _ reason: String) -> Diagnostic {
        .warning("Terraform starts `\(provider)` itself, without the provider gateway: \(reason)")
    }

    static func unanswered(_ call: String, of provider: String, _ error: any Error) -> Diagnostic {
        Diagnostic(.note, "`\(provider)` gave no answer to `\(call)`: \(firstMessage(of: error))")
    }

    static func crashed(_ provider: String, _ words: String) -> Diagnostic {
        Diagnostic(.note, "`\(provider)` has crashed, and said:\n\(words)")
    }

    package static let cutSchemaMayBeTheReason = Diagnostic(
        .note,
        "Terraform knew only of the types that the configuration names; should it miss one, "
            + "`stack gateway --whole-schema -- …` tells it of all")

    static func waitingForProviders(_ patience: Duration?) -> Diagnostic {
        let limit = patience.map { " after \($0.components.seconds) seconds, or" } ?? ""
        return Diagnostic(
            .note, "what is being made comes to its end;\(limit) interrupted once more, the providers stop at once")
    }

    static let stoppingProviders = Diagnostic(
        .note, "the providers are asked to stop; interrupted once more, Terraform exits at once")
}
