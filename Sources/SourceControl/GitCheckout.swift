import ChildProcess
import Diagnostics
import FoundationEssentials
package import SystemPackage

/// Where definitions come from: a commit, and whether the work tree is as committed.
package struct GitCheckout: Hashable, Sendable {
    package let commit: String
    /// Nil when no branch is checked out.
    package let branch: String?
    package let isClean: Bool

    /// Looks at the repository that holds a folder.
    ///
    /// One `git status` answers all three questions. It neither takes git's index lock nor runs anything that the
    /// repository's own configuration names.
    ///
    /// - Returns: nil when the folder is in no repository, when nothing was committed yet, or when there is no git.
    package static func read(_ folder: FilePath, environment: [String: String]) async throws -> GitCheckout? {
        guard let git = findExecutable("git", searchPath: environment["PATH"]) else { return nil }
        let command = ChildCommand(
            .path(git),
            arguments: [
                "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
                "-C", folder.string, "status", "--porcelain=v2", "--branch", "--untracked-files=normal",
            ],
            environment: gitEnvironment(from: environment))
        let output = try await collect(command, timeout: .seconds(60))
        guard output.exit.isSuccess else { return nil }
        return GitCheckout(porcelain: String(decoding: output.standardOutput, as: UTF8.self))
    }

    /// Reads `git status --porcelain=v2 --branch` (git-status(1)): `# branch.oid`, `# branch.head`, then a line a change.
    init?(porcelain: String) {
        var headers: [Substring: Substring] = [:]
        var isClean = true
        for line in porcelain.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            if words.first == "#", words.count == 3 { headers[words[1]] = words[2] } else { isClean = false }
        }
        guard let commit = headers["branch.oid"], commit != "(initial)" else { return nil }
        let branch = headers["branch.head"].flatMap { $0 == "(detached)" ? nil : String($0) }
        self.init(commit: String(commit), branch: branch, isClean: isClean)
    }

    private init(commit: String, branch: String?, isClean: Bool) {
        self.commit = commit
        self.branch = branch
        self.isClean = isClean
    }
}

/// The caller's environment without what would point git elsewhere or make it ask.
private func gitEnvironment(from caller: [String: String]) -> [String: String] {
    var environment = caller.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    return environment
}
