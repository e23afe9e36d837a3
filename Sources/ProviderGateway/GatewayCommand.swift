import Files
import FoundationEssentials
import ModuleInterface
package import SystemPackage

/// `gateway [OPTIONS] -- COMMAND`: this program as the gateway of one command of Terraform. Its exit code is the command's.
package struct GatewayCommand: Hashable, Sendable {
    package static let name = "gateway"

    /// Where what is known of providers is kept.
    package var cache: FilePath
    /// How long after the first interrupt what is being made may take.
    package var stopTimeout: Duration
    /// Whether Terraform is told of all types, and not only of those that the configuration and the state name.
    package var isWholeSchema = false
    /// What is shown of the plan that the command makes: both need the same schemas.
    package var shownPlan: ShownPlan?

    package init(cache: FilePath, stopTimeout: Duration) {
        self.cache = cache
        self.stopTimeout = stopTimeout
    }

    /// - Parameter words: the program that is Terraform, and its arguments.
    package func arguments(before words: [String]) -> [String] {
        var arguments = [
            Self.name, "--cache", cache.string, "--stop-timeout", "\(stopTimeout.components.seconds)s", "--messages",
            "json", "--interrupt-once",
        ]
        if isWholeSchema { arguments.append("--whole-schema") }
        if let shownPlan { arguments += ["--then-show", shownPlan.plan, "--into", shownPlan.output.string] }
        return arguments + ["--"] + words
    }

    /// Whether a text, of a command that has failed, names a type of a provider that Terraform was not told of.
    ///
    /// - Parameters:
    ///   - folder: where Terraform worked.
    ///   - environment: what it was started with.
    package func hasCutType(namedIn text: String, folder: FilePath, environment: [String: String]) -> Bool {
        let command = TerraformCommand(words: ["terraform", "plan"], folder: folder, environment: environment)
        guard !isWholeSchema, let told = command.namedTypes(), let modules = try? ModuleDeclarations(of: command),
            let cache = try? GatewayCache(folder: cache), let providers = try? lockedProviders(for: command)
        else { return false }
        var words: Set<String> = []
        IdentifierScanner.add([UInt8](text.utf8), to: &words)
        words.subtract(told)
        return providers.flatMap(\.hashes).contains { hash in
            guard let schema = cache.schema(ofProvider: hash), !schema.lacks(anyOf: modules.types) else {
                return false
            }
            return schema.names.contains(where: words.contains)
        }
    }
}
