import ChildProcess
import Diagnostics
import FoundationEssentials
import SystemPackage

/// Runs git in a folder, so that nothing of the caller points it elsewhere or makes it ask, and no hook runs.
struct Git: Sendable {
    private let program: FilePath
    private let folder: FilePath
    private var environment: [String: String]

    /// Nil when there is no git.
    init?(in folder: FilePath, environment: [String: String]) {
        guard let program = findExecutable("git", searchPath: environment["PATH"]) else { return nil }
        self.program = program
        self.folder = folder
        self.environment = Self.environment(from: environment)
    }

    /// The same with more in its environment.
    func adding(_ variables: [String: String]) -> Git {
        var git = self
        git.environment.merge(variables) { $1 }
        return git
    }

    /// - Returns: whatever came of it; no exit code is an error.
    func output(_ arguments: [String], input: Data? = nil) async throws -> ChildOutput {
        let command = ChildCommand(
            .path(program),
            arguments: ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", folder.string]
                + arguments,
            environment: environment)
        return try await collect(command, timeout: .seconds(60), standardInput: input)
    }

    private static func environment(from caller: [String: String]) -> [String: String] {
        var environment = caller.filter { !$0.key.hasPrefix("GIT_") }
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["LC_ALL"] = "C"
        return environment
    }
}
