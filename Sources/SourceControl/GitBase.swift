import Diagnostics
import FoundationEssentials

/// The commit that files are compared with.
package struct GitBase: Hashable, Sendable {
    /// The whole id.
    package let commit: String
    /// The branch, tag or commit that was named, or found.
    package let ref: String
    /// Whether it is where the work left a branch that has gone on since.
    let isMergeBase: Bool

    /// For people: `` `main` (0a1b2c3d4e) ``.
    package var text: String {
        isMergeBase ? "where `\(ref)` was left (\(commit.prefix(10)))" : "`\(ref)` (\(commit.prefix(10)))"
    }
}

extension GitProject {
    /// What to compare with.
    ///
    /// A branch stands for the commit at which HEAD left it, so that what others have done on it since is no change; a tag
    /// and a commit stand for themselves.
    ///
    /// - Parameter ref: a branch, a tag or a commit; nil is the branch that `origin/HEAD` names, else `main` or `master`,
    ///   of the remote before one's own.
    /// - Throws: a `Diagnostic` when there is no such ref, or no common commit is known.
    package func base(_ ref: String?) async throws -> GitBase {
        guard let ref else {
            let branch = try await defaultBranch()
            return try await mergeBase(of: branch.fullName, shownAs: branch.ref)
        }
        guard !ref.isEmpty, !ref.hasPrefix("-"),
            let commit = try await git.text(["rev-parse", "--verify", "--quiet", "\(ref)^{commit}"])
        else { throw try await unknown(ref) }
        let fullName = try await git.text(["rev-parse", "--verify", "--quiet", "--symbolic-full-name", ref]) ?? ""
        guard fullName.hasPrefix("refs/heads/") || fullName.hasPrefix("refs/remotes/") else {
            return GitBase(commit: commit, ref: ref, isMergeBase: false)
        }
        return try await mergeBase(of: fullName, shownAs: ref)
    }

    private func mergeBase(of branch: String, shownAs ref: String) async throws -> GitBase {
        let tip = try await git.text(["rev-parse", "--verify", "--quiet", "\(branch)^{commit}"])
        guard let common = try await git.text(["merge-base", "HEAD", branch]), !common.isEmpty else {
            throw isShallow
                ? Diagnostic.error(
                    "this clone is shallow, and does not reach back to where `\(ref)` was left",
                    hint: "Fetch the whole history: `fetch-depth: 0` in a workflow, else `git fetch --unshallow`")
                : Diagnostic.error(
                    "HEAD and `\(ref)` have no commit in common",
                    hint: "`--base` takes a commit or a tag, which is compared with as it is", outcome: .usage)
        }
        return GitBase(commit: common, ref: ref, isMergeBase: common != tip)
    }

    private func defaultBranch() async throws -> (fullName: String, ref: String) {
        let names =
            ["refs/remotes/origin/HEAD"]
            + ["refs/remotes/origin/", "refs/heads/"].flatMap { ["\($0)main", "\($0)master"] }
        let found = try await git.text(["for-each-ref", "--format=%(refname) %(symref)"] + names) ?? ""
        let refs = Dictionary(
            found.split(separator: "\n").map { line in
                let words = line.split(separator: " ").map(String.init)
                return (words[0], words.count == 2 ? words[1] : words[0])
            }
        ) { $1 }
        guard let name = names.lazy.compactMap({ refs[$0] }).first else {
            throw Diagnostic.error(
                "it is not clear which branch to compare with: there is neither `origin/HEAD`, `main` nor `master`",
                hint: "Name it: `--base BRANCH`", outcome: .usage)
        }
        return (name, shortName(name))
    }

    private func unknown(_ ref: String) async throws -> Diagnostic {
        let names = (try await git.text(["for-each-ref", "--format=%(refname)"]) ?? "").split(separator: "\n")
            .map { shortName(String($0)) }
        let near = suggestion(for: ref, among: names).map { "Did you mean `\($0)`?" }
        return .error(
            "there is no branch, tag or commit `\(ref)` here",
            hint: near
                ?? (isShallow
                    ? "This clone is shallow: `fetch-depth: 0` in a workflow, else `git fetch --unshallow`, brings the rest"
                    : "`git fetch` brings what others have made"),
            outcome: .usage)
    }
}

private func shortName(_ ref: String) -> String {
    for prefix in ["refs/heads/", "refs/remotes/", "refs/tags/"] where ref.hasPrefix(prefix) {
        return String(ref.dropFirst(prefix.count))
    }
    return ref
}
