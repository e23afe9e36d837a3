import ChildProcess
import Diagnostics
import FoundationEssentials
package import SystemPackage

/// A folder of a git repository, such as a project's root, and how it has changed.
package struct GitProject: Sendable {
    let git: GitCommand
    /// The folder's path in the repository, with a slash at its end where it is not the root.
    private let prefix: String
    /// Whether the history ends before its beginning.
    let isShallow: Bool

    /// - Throws: a `Diagnostic` when there is no git, the folder is in no repository, or nothing was committed in it.
    package init(around folder: FilePath, environment: [String: String]) async throws {
        git = try GitCommand(around: folder, environment: environment)
        let output = try await git.run(["rev-parse", "--is-shallow-repository", "--show-prefix"])
        guard output.exit.isSuccess else {
            let reason = String(decoding: output.standardError, as: UTF8.self).split(separator: "\n").first
            throw Diagnostic.error(
                "`\(folder)` is in no git repository that can be read",
                notes: reason.map { [.init("git: \($0)")] } ?? [],
                outcome: .usage)
        }
        let lines = output.trimmedText.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        isShallow = lines.first == "true"
        prefix = lines.count == 2 ? String(lines[1]) : ""
        guard try await git.text(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]) != nil else {
            throw Diagnostic.error("nothing was committed here yet: there is nothing to compare with", outcome: .usage)
        }
    }

    /// The folder as it was in a commit.
    package func tree(of base: GitBase) async throws -> CommitTree {
        try await CommitTree(of: base.commit, at: prefix, name: base.text, git: git)
    }

    /// What differs between a commit and the files as they are now, by path: what was committed since, what is staged, what
    /// is not, and files that git does not know and does not ignore.
    package func differences(from base: GitBase) async throws -> [GitDifference] {
        async let changes = git.run(
            ["diff", "--name-status", "-z", "--no-renames", "--no-ext-diff", "--relative", base.commit, "--"])
        async let others = git.run(["ls-files", "--others", "--exclude-standard", "-z"])
        let (changed, untracked) = try await (changes, others)
        guard changed.exit.isSuccess else { throw Diagnostic.git("diff", changed) }
        guard untracked.exit.isSuccess else { throw Diagnostic.git("ls-files", untracked) }
        var result: [String: GitDifference.Status] = [:]
        let words = changed.standardOutput.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            result[words[index + 1]] = GitDifference.Status(letter: words[index])
        }
        for path in untracked.standardOutput.split(separator: 0) {
            // A repository of its own ends with a slash.
            let path = String(decoding: path.last == UInt8(ascii: "/") ? path.dropLast() : path, as: UTF8.self)
            result[path] = result[path] == nil ? .added : .modified
        }
        return result.map { GitDifference(path: $0.key, status: $0.value) }.sorted { $0.path < $1.path }
    }
}

/// A file that is not as it was.
package struct GitDifference: Hashable, Sendable {
    package enum Status: Hashable, Sendable {
        case added
        case modified
        case removed

        /// As `git diff --name-status` writes it.
        init(letter: String) {
            switch letter {
            case "A": self = .added
            case "D": self = .removed
            default: self = .modified
            }
        }
    }

    /// From the folder that is compared.
    package let path: String
    package let status: Status
}
