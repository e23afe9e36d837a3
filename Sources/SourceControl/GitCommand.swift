import ChildProcess
import Diagnostics
import FoundationEssentials
import SystemPackage

/// Runs git in one repository, so that nothing of the caller points it elsewhere or makes it ask, and neither hooks nor
/// other programs that a configuration names for git's own convenience run.
struct GitCommand: Sendable {
    private let git: FilePath
    /// The arguments that say which repository is meant.
    private let place: [String]
    private var environment: [String: String]

    /// A bare repository of our own, which is filled from others: there are no filters in it.
    ///
    /// - Throws: a `Diagnostic` when there is no git.
    init(repository: FilePath, environment: [String: String]) throws(Diagnostic) {
        git = try findGit(environment)
        place = ["--git-dir", repository.string]
        self.environment = environmentForRemotes(from: environment)
    }

    /// The repository around a folder of the user's.
    ///
    /// - Throws: a `Diagnostic` when there is no git.
    init(around folder: FilePath, environment: [String: String]) throws(Diagnostic) {
        git = try findGit(environment)
        place = ["-C", folder.string]
        self.environment = localEnvironment(from: environment)
    }

    /// The same with more in its environment.
    func adding(_ variables: [String: String]) -> GitCommand {
        var command = self
        command.environment.merge(variables) { $1 }
        return command
    }

    /// - Returns: whatever came of it; no exit code is an error.
    func run(
        _ arguments: [String], within limit: Duration = .seconds(60), input: Data? = nil, outputLimit: Int = 64 << 20
    ) async throws -> ChildOutput {
        try await collect(command(arguments), outputLimit: outputLimit, timeout: limit, standardInput: input)
    }

    /// What git wrote, without the line feed at its end; nil when it fails.
    func text(_ arguments: [String]) async throws -> String? {
        let output = try await run(arguments)
        return output.exit.isSuccess ? output.trimmedText : nil
    }

    /// Starts a git that answers questions.
    func converse(_ arguments: [String]) throws(Diagnostic) -> Conversation {
        try Conversation(command(arguments))
    }

    private func command(_ arguments: [String]) -> ChildCommand {
        let settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false",
            "fetch.recurseSubmodules=false", "advice.graftFileDeprecated=false",
        ]
        return ChildCommand(
            .path(git), arguments: settings.flatMap { ["-c", $0] } + place + arguments, environment: environment)
    }
}

extension ChildOutput {
    /// Standard output, without the line feed at its end.
    var trimmedText: String {
        let text = String(decoding: standardOutput, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

private func findGit(_ environment: [String: String]) throws(Diagnostic) -> FilePath {
    guard let git = findExecutable("git", searchPath: environment["PATH"]) else {
        throw .error("`git` was not found on PATH", hint: "Install git, or add its folder to PATH")
    }
    return git
}

private func localEnvironment(from caller: [String: String]) -> [String: String] {
    var environment = caller.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    return environment
}

/// How to reach servers (ssh, helpers for credentials, certificates) stays the user's own.
private func environmentForRemotes(from caller: [String: String]) -> [String: String] {
    let kept = ["GIT_SSH", "GIT_ASKPASS", "GIT_CONFIG", "GIT_SSL_", "GIT_HTTP_", "GIT_PROXY_"]
    var environment = caller.filter { name, _ in !name.hasPrefix("GIT_") || kept.contains { name.hasPrefix($0) } }
    // Neither `ext::`, which runs a command, nor any other helper that a URL names.
    environment["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    return environment
}
