import Cryptography
import FoundationEssentials

/// One question whether the configuration of a provider is valid.
struct Validation: Hashable, Sendable {
    /// The `h1:` hash of the provider's package.
    let provider: String
    let protocolVersion: Int
    let request: [UInt8]
    /// A digest of the environment that the provider gets: it may take parts of its configuration from there.
    let environment: String

    /// The answer that says "valid, and nothing was changed". Protocol 5 sends the configuration back, in the same field
    /// in which it came; protocol 6 has nothing to say.
    var pureYes: [UInt8] { protocolVersion == 5 ? request : [] }

    /// All that the answer depends on. It may hold credentials, so that no digest of it but a keyed one may be kept: a weak
    /// password could be found by trying.
    var identity: Data { Data("validation 1\n\(provider)\n\(protocolVersion)\n\(environment)\n".utf8) + request }

    /// A digest of all of an environment that does not differ from run to run.
    static func digest(of environment: [String: String]) -> String {
        let lines = environment.filter { !perRun.contains($0.key) }.map { "\($0.key)=\($0.value)" }.sorted()
        return sha256(Data(lines.joined(separator: "\0").utf8))
    }

    /// What differs from one run or one terminal to the next and configures nothing.
    private static let perRun: Set = [
        "STACK_RUN_ID", "TMPDIR", "PLUGIN_UNIX_SOCKET_DIR", "PWD", "OLDPWD", "SHLVL", "_", "TERM", "COLUMNS", "LINES",
        "WINDOWID", "TF_REATTACH_PROVIDERS",
    ]
}
