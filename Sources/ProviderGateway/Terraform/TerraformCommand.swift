import FoundationEssentials
import SystemPackage

/// What can be told of a command line of Terraform without running it.
struct TerraformCommand: Hashable, Sendable {
    let words: [String]
    /// Where it is called.
    let callingFolder: FilePath
    /// Where Terraform works: where it is called, or what its own `-chdir` names.
    let folder: FilePath
    /// `plan`; nil when there is none.
    let subcommand: String?
    /// Behind the subcommand.
    let arguments: [String]
    let environment: [String: String]

    init(words: [String], folder: FilePath, environment: [String: String]) {
        self.words = words
        callingFolder = folder
        self.environment = environment
        let rest = words.dropFirst()
        let global = rest.prefix { $0.hasPrefix("-") }
        let other = global.last { $0.hasPrefix("-chdir=") }?.dropFirst("-chdir=".count)
        self.folder = other.map { folder.pushing(FilePath(String($0))) } ?? folder
        subcommand = rest.dropFirst(global.count).first
        arguments = Array(rest.dropFirst(global.count + 1))
    }

    /// Where `terraform init` has put modules and providers.
    var dataFolder: FilePath {
        let name = environment["TF_DATA_DIR"] ?? ""
        return folder.pushing(FilePath(name.isEmpty ? ".terraform" : name))
    }

    /// Whether the gateway can be of use. What installs providers has to see the real ones, and what knows nothing of
    /// providers needs none.
    var usesProviders: Bool {
        switch subcommand {
        case "plan", "apply", "destroy", "refresh", "show", "validate", "import", "console", "graph", "state", "test":
            true
        case "providers": arguments.first == "schema"
        default: false
        }
    }

    /// Whether it is sure to start a provider, so that one may be started ahead.
    var startsProviders: Bool { ["plan", "apply", "destroy", "refresh"].contains(subcommand) }

    /// Whether it needs no more of a schema than what the folder's configuration and state name.
    var readsFolderOnly: Bool {
        guard ["plan", "apply", "destroy", "refresh", "show", "validate", "import"].contains(subcommand) else {
            return false
        }
        // A saved plan and a state elsewhere have their own types.
        let namesFile = ["apply", "show"].contains(subcommand) && arguments.contains { !$0.hasPrefix("-") }
        let more = environment.filter { $0.key.hasPrefix("TF_CLI_ARGS") }.map(\.value)
        return !namesFile && !(arguments + more).contains { $0.contains("-state") }
    }
}
