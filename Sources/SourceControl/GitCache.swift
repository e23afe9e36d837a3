import ChildProcess
import Cryptography
import Diagnostics
import Files
import FoundationEssentials
package import SystemPackage

/// Repositories of others, each kept as a bare one of our own, with no more of their history than was asked for.
package struct GitCache: Sendable {
    private let folder: FilePath
    private let environment: [String: String]

    /// - Parameters:
    ///   - folder: made when it is missing, safe to delete.
    ///   - environment: the user's, with the settings that reach the servers.
    package init(folder: FilePath, environment: [String: String]) {
        self.folder = folder
        self.environment = environment
    }

    /// What a tag, a branch or a commit's whole id stands for now; of a tag and a branch with one name it is the tag.
    ///
    /// The remote is asked, but for the id of a commit that is here already.
    ///
    /// - Parameter url: as git takes it, or an absolute path.
    /// - Throws: a `Diagnostic` without the credentials of the URL.
    package func commit(_ ref: String, of url: String) async throws -> GitCommit {
        try checkGitURL(url)
        guard !ref.isEmpty, !ref.hasPrefix("-"), !ref.unicodeScalars.contains(where: { $0.value <= 0x20 }) else {
            throw Diagnostic.error("`\(ref)` can be neither a tag, a branch nor a commit of git", outcome: .usage)
        }
        let repository = folder.appending(sha256(Data(url.utf8)))
        let git = try GitCommand(repository: repository, environment: environment)
        try makePrivateFolder(folder)
        return try await holdingLock(on: folder.appending("\(sha256(Data(url.utf8))).lock"), patience: fetchLimit * 2) {
            if !exists(repository.appending("HEAD")) {
                let output = try await git.run(["init", "--quiet", "--bare", "--template=", repository.string])
                guard output.exit.isSuccess else { throw Diagnostic.git(output, "cannot make `\(repository)`", url) }
            }
            let id = isCommitID(ref) ? try await commit(id: ref, url, git) : try await commit(named: ref, url, git)
            return GitCommit(id: id, url: url, git: git)
        }
    }

    private func commit(id: String, _ url: String, _ git: GitCommand) async throws -> String {
        let expression = ["rev-parse", "--quiet", "--verify", "\(id)^{commit}"]
        if let known = try await git.text(expression) { return known }
        // Not every server gives a commit by its id; then it is in one of the branches or tags.
        let single = try await fetch([id], url, git, depth: 1)
        if single.exit.isSuccess, let found = try await git.text(expression) { return found }
        let whole = try await fetch(["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], url, git, depth: nil)
        guard whole.exit.isSuccess else { throw Diagnostic.git(whole, "cannot be fetched", url) }
        guard let found = try await git.text(expression) else { throw Diagnostic.noSuchRef(id, url, among: []) }
        return found
    }

    private func commit(named name: String, _ url: String, _ git: GitCommand) async throws -> String {
        let output = try await git.run(
            ["ls-remote", "--quiet", "--heads", "--tags", "--refs", "--", url], within: fetchLimit)
        guard output.exit.isSuccess else { throw Diagnostic.git(output, "cannot be read", url) }
        let refs = String(decoding: output.standardOutput, as: UTF8.self).split(separator: "\n")
            .compactMap { $0.split(separator: "\t").last.map(String.init) }
        guard let ref = ["refs/tags/\(name)", "refs/heads/\(name)", name].first(where: refs.contains) else {
            throw Diagnostic.noSuchRef(
                name, url, among: refs.map { $0.split(separator: "/").dropFirst(2).joined(separator: "/") })
        }
        let fetched = try await fetch(["+\(ref):\(ref)"], url, git, depth: 1)
        guard fetched.exit.isSuccess else { throw Diagnostic.git(fetched, "cannot be fetched", url) }
        guard let id = try await git.text(["rev-parse", "--quiet", "--verify", "\(ref)^{commit}"]) else {
            throw Diagnostic.error("`\(name)` of \(withoutCredentials(url)) is no commit")
        }
        return id
    }

    private func fetch(_ refs: [String], _ url: String, _ git: GitCommand, depth: Int?) async throws -> ChildOutput {
        try await git.run(
            ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--force"]
                + (depth.map { ["--depth", "\($0)"] } ?? []) + ["--", url] + refs, within: fetchLimit)
    }
}

private let fetchLimit = Duration.seconds(120)

/// A whole id, in SHA-1 or SHA-256; a short one may mean another commit one day.
private func isCommitID(_ ref: String) -> Bool {
    [40, 64].contains(ref.utf8.count)
        && ref.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}
