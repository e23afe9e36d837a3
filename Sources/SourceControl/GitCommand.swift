import ChildProcess
import Diagnostics
import FoundationEssentials
import SystemPackage

/// Runs git in a bare repository of our own, where neither hooks nor filters nor what a remote names are run.
struct GitCommand: Sendable {
    let git: FilePath
    let repository: FilePath
    let environment: [String: String]

    /// - Throws: a `Diagnostic` when there is no git.
    init(repository: FilePath, environment: [String: String]) throws(Diagnostic) {
        guard let git = findExecutable("git", searchPath: environment["PATH"]) else {
            throw .error("`git` was not found on PATH", hint: "Install git, or add its folder to PATH")
        }
        self.git = git
        self.repository = repository
        self.environment = environmentForRemotes(from: environment)
    }

    func run(
        _ arguments: [String], within limit: Duration = .seconds(60), input: Data? = nil, outputLimit: Int = 64 << 20
    ) async throws -> ChildOutput {
        let settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false",
            "fetch.recurseSubmodules=false", "advice.graftFileDeprecated=false",
        ]
        let command = ChildCommand(
            .path(git),
            arguments: settings.flatMap { ["-c", $0] } + ["--git-dir", repository.string] + arguments,
            environment: environment)
        return try await collect(command, outputLimit: outputLimit, timeout: limit, standardInput: input)
    }

    /// Standard output; nil when git fails.
    func text(_ arguments: [String]) async throws -> String? {
        let output = try await run(arguments)
        guard output.exit.isSuccess else { return nil }
        return String(decoding: output.standardOutput.prefix { $0 != 0x0A }, as: UTF8.self)
    }
}

/// The caller's environment without what would point git elsewhere or make it ask; how to reach servers (ssh, helpers for
/// credentials, certificates) stays the user's own.
private func environmentForRemotes(from caller: [String: String]) -> [String: String] {
    let kept = ["GIT_SSH", "GIT_ASKPASS", "GIT_CONFIG", "GIT_SSL_", "GIT_HTTP_", "GIT_PROXY_"]
    var environment = caller.filter { name, _ in !name.hasPrefix("GIT_") || kept.contains { name.hasPrefix($0) } }
    // Neither `ext::`, which runs a command, nor any other helper that a URL names.
    environment["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    return environment
}
