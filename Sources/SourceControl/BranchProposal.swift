import ChildProcess
import Diagnostics
package import FoundationEssentials
package import SystemPackage

/// A change of files that becomes one commit on a new branch, while the work tree, the index and the branch that is
/// checked out stay as they are.
///
/// The new branch begins at the commit that is checked out. Hooks do not run: they would look at a work tree without the
/// files.
package struct BranchProposal: Sendable {
    /// A file as the commit has it.
    package struct File: Sendable {
        /// Relative to the folder that the proposal was begun in.
        package let path: String
        /// Nil for a file that goes away.
        package let content: Data?
        package let isExecutable: Bool

        package init(path: String, content: Data?, isExecutable: Bool) {
            self.path = path
            self.content = content
            self.isExecutable = isExecutable
        }
    }

    package let branch: String
    /// The commit that it begins at.
    package let base: String
    /// Where it can be pushed to; nil where git knows no remote.
    package let remote: String?
    private let git: GitCommand
    /// The folder's path in the repository, with a slash at its end where it is not the root.
    private let prefix: String

    /// Looks whether the branch can be made.
    ///
    /// - Parameter folder: any of the repository, such as the root of a project.
    /// - Throws: a `Diagnostic` when the folder is in no repository, nothing was committed yet, the branch is there, or
    ///   git does not know who commits.
    package init(branch: String, in folder: FilePath, environment: [String: String]) async throws {
        // Who writes a commit is the caller's to say.
        let git = try GitCommand(around: folder, environment: environment)
            .adding(environment.filter { Self.identityVariables.contains($0.key) })
        self.branch = branch
        self.git = git
        guard let prefix = try await git.text(["rev-parse", "--show-prefix"]) else {
            throw Diagnostic.error("`\(folder)` is in no git repository", hint: "`git init` makes one", outcome: .usage)
        }
        self.prefix = prefix
        guard let base = try await git.text(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]) else {
            throw Diagnostic.error(
                "nothing was committed here yet: there is no commit that the branch `\(branch)` could begin at",
                outcome: .usage)
        }
        self.base = base
        guard try await git.text(["check-ref-format", "refs/heads/\(branch)"]) != nil, !branch.hasPrefix("-") else {
            throw Diagnostic.error(
                "`\(branch)` is no name of a branch", hint: "`git check-ref-format` says why", outcome: .usage)
        }
        guard try await git.text(["rev-parse", "--verify", "--quiet", "refs/heads/\(branch)"]) == nil else {
            throw Diagnostic.branchExists(branch)
        }
        for identity in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            guard try await git.text(["-c", "user.useConfigOnly=true", "var", identity]) != nil else {
                throw Diagnostic.error(
                    "git does not know who commits", hint: "set `git config user.name` and `git config user.email`",
                    outcome: .usage)
            }
        }
        let remotes = try await git.text(["remote"])?.split(separator: "\n").map(String.init) ?? []
        remote = remotes.contains("origin") ? "origin" : remotes.first
    }

    /// What of these files is in the work tree or the index and in no commit: the new commit would hide it.
    package func uncommitted(of paths: [String]) async throws -> [String] {
        let output = try await git.run(
            ["--literal-pathspecs", "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--"]
                + paths)
        guard output.exit.isSuccess else { throw Diagnostic.git("status", output) }
        // git-status(1): two letters, a blank, the path from the repository's root.
        return output.standardOutput.split(separator: 0).map { entry in
            let path = String(decoding: entry.dropFirst(3), as: UTF8.self)
            return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
        }
    }

    /// Makes the commit and the branch.
    ///
    /// - Returns: the commit.
    /// - Throws: a `Diagnostic` when git refuses; nothing points at what was made then.
    package func commit(_ files: [File], message: String) async throws -> String {
        let index = FilePath(FileManager.default.temporaryDirectory.path).appending("stack-index-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: index.string) }
        let git = git.adding(["GIT_INDEX_FILE": index.string])
        try await git.done(["read-tree", base])
        var entries = Data()
        for file in files {
            let path = prefix + file.path
            var entry = "0 \(String(repeating: "0", count: base.count))"
            if let content = file.content {
                // With the path, so that line ends and filters are as `git add` would have them.
                let blob = try await git.done(["hash-object", "-w", "--stdin", "--path", file.path], input: content)
                entry = "\(file.isExecutable ? "100755" : "100644") \(blob)"
            }
            entries += Data("\(entry)\t\(path)\0".utf8)
        }
        try await git.done(["update-index", "-z", "--index-info"], input: entries)
        let tree = try await git.done(["write-tree"])
        let signs = try await git.text(["config", "--type=bool", "--get", "commit.gpgSign"]) == "true"
        let commit = try await git.done(
            ["commit-tree", tree, "-p", base] + (signs ? ["-S"] : []), input: Data(message.utf8))
        // All zeros: only where there is no such branch.
        let absent = String(repeating: "0", count: base.count)
        let made = try await git.run(["update-ref", "-m", "stack new", "refs/heads/\(branch)", commit, absent])
        guard made.exit.isSuccess else { throw Diagnostic.git("update-ref", made) }
        return commit
    }

    private static let identityVariables: Set = [
        "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_DATE",
    ]
}

extension GitCommand {
    /// What git wrote, without the line feed at its end, where it must succeed.
    @discardableResult
    fileprivate func done(_ arguments: [String], input: Data? = nil) async throws -> String {
        let output = try await run(arguments, input: input)
        guard output.exit.isSuccess else { throw Diagnostic.git(arguments[0], output) }
        return output.trimmedText
    }
}

extension Diagnostic {
    fileprivate static func branchExists(_ branch: String) -> Diagnostic {
        .error(
            "there is a branch `\(branch)` already", hint: "give another one with `--branch`, or delete that one",
            outcome: .refused)
    }
}
