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
    /// providers needs none. `test` closes no connection before its end, and would gather a process for each of its steps.
    var usesProviders: Bool {
        switch subcommand {
        case "plan", "apply", "destroy", "refresh", "show", "validate", "import", "console", "graph", "state": true
        case "providers": arguments.first == "schema"
        default: false
        }
    }

    /// Whether it is sure to start a provider, so that one may be started ahead.
    var startsProviders: Bool { ["plan", "apply", "destroy", "refresh"].contains(subcommand) }

    /// Whether an interrupt could cut off what is being made; any other command may stop at once.
    var makesThings: Bool { ["apply", "destroy"].contains(subcommand) }

    /// What holds all names of types that the command needs a schema of.
    enum TypeSource: Hashable, Sendable {
        /// The folder's configuration and state.
        case folder
        /// A saved plan, which holds the configuration and the state that it was made from; or, for `show`, a state.
        case file(FilePath)
        case unknown
    }

    var typeSource: TypeSource {
        let settings = environment.filter { $0.key.hasPrefix("TF_CLI_ARGS") }.map(\.value)
        switch subcommand {
        case "apply" where namedFile != nil, "show" where namedFile != nil:
            // More words may be the value of an option.
            let isSure = settings.isEmpty && arguments.filter { !$0.hasPrefix("-") }.count == 1
            return isSure ? namedFile.map { .file($0) } ?? .unknown : .unknown
        case "plan", "apply", "destroy", "refresh", "show", "validate", "import":
            return (arguments + settings).contains { $0.contains("-state") } ? .unknown : .folder
        default: return .unknown
        }
    }

    private var namedFile: FilePath? {
        arguments.last { !$0.hasPrefix("-") }.map { folder.pushing(FilePath($0)) }
    }
}
