import ChildProcess
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
        guard let git = try? GitCommand(around: folder, environment: environment) else { return nil }
        let output = try await git.run(["status", "--porcelain=v2", "--branch", "--untracked-files=normal"])
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
