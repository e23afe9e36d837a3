import Archive
package import Diagnostics
import Files
package import FoundationEssentials
import HTTPFetch
import SourceControl
import SourceTree
package import SystemPackage

/// Brings templates from git, from bundles and from servers into a project's cache.
package struct TemplateFetcher: TemplateFetching {
    private let root: FilePath
    private let store: FetchedContents
    private let repositories: GitCache
    private let http: HTTPFetch

    /// - Parameters:
    ///   - root: of the project, from where the paths of bundles and repositories are.
    ///   - cache: the folder in which `TemplateCache.path` is `templates`; git's repositories are kept beside it.
    ///   - environment: the user's, with the settings of git and of proxies.
    ///   - userAgent: how this program names itself to servers.
    package init(root: FilePath, cache: FilePath, environment: [String: String], userAgent: String) {
        self.root = root
        store = FetchedContents(folder: cache.appending("templates"))
        repositories = GitCache(folder: cache.appending("git"), environment: environment)
        http = HTTPFetch(environment: environment, userAgent: userAgent)
    }

    /// A content that is here already is not fetched again.
    package func fetch(_ source: Located<String>, expecting digest: String?) async throws -> FetchedTemplate {
        try await located(source) { text in
            let place = try TemplateSource(text)
            if case .download = place, digest == nil {
                throw Diagnostic.error(
                    "a template that is downloaded needs a `digest`", hint: "`stack template verify FILE` shows it",
                    outcome: .refused)
            }
            if let digest, let kept = try store.content(digest) { return kept }
            let content = try await content(of: place)
            if let digest, digest != content.digest {
                throw Diagnostic.error(
                    "`\(withoutCredentials(text))` holds another content than the one that is wanted",
                    notes: [.init("wanted:   \(digest)"), .init("it holds: \(content.digest)")],
                    hint: "Find out why it was changed; `stack template update` takes over what is there now",
                    outcome: .refused)
            }
            return try store.keep(content)
        }
    }

    package func file(_ source: Located<String>) async throws -> Data {
        try await located(source) { text in
            guard case .git(let url, let path, let ref) = try TemplateSource(text), !path.isEmpty else {
                throw Diagnostic.error(
                    "`\(withoutCredentials(text))` is no file in a git repository",
                    hint: "Write `git::URL//FILE?ref=REF`")
            }
            return try await commit(ref, of: url).file(path, upTo: 10 << 20)
        }
    }

    /// An error in what a source leads to, told at the source.
    private func located<Result>(
        _ source: Located<String>, _ work: (String) async throws -> Result
    ) async throws -> Result {
        do {
            return try await work(source.value)
        } catch let problem as Diagnostic {
            throw problem.reached(from: source.location)
        }
    }

    private func content(of source: TemplateSource) async throws -> TemplateContent {
        switch source {
        case .git(let url, let folder, let ref):
            let entries = try await commit(ref, of: url).entries(below: folder, upTo: ArchiveLimits.bundle.byteCount)
            return TemplateContent(entries: entries.map(ArchiveEntry.init))
        case .bundle(let path):
            guard let bundle = try readFile(root.appending(path)) else {
                throw Diagnostic.error("there is no bundle `\(path)` in the project")
            }
            return TemplateContent(entries: try entries(of: bundle, named: path))
        case .download(let url):
            return TemplateContent(entries: try entries(of: await http.get(url), named: withoutCredentials(url)))
        }
    }

    private func entries(of bundle: Data, named name: String) throws(Diagnostic) -> [ArchiveEntry] {
        do throws(Diagnostic) {
            return try bundleEntries(of: bundle)
        } catch {
            throw .error(
                "the bundle `\(name)` cannot be used: \(error.message)", notes: error.notes, hint: error.hint,
                outcome: error.outcome)
        }
    }

    /// A repository in the project may be named from its root.
    private func commit(_ ref: String, of url: String) async throws -> GitCommit {
        let isRelative = url.hasPrefix("./") || url.hasPrefix("../")
        return try await repositories.commit(
            ref, of: isRelative ? root.appending(url).lexicallyNormalized().string : url)
    }
}

extension ArchiveEntry {
    fileprivate init(_ entry: GitCommit.Entry) {
        switch entry.kind {
        case .file(let isExecutable):
            self.init(path: entry.path, content: .file(entry.content, isExecutable: isExecutable))
        case .link:
            self.init(path: entry.path, content: .link(target: String(decoding: entry.content, as: UTF8.self)))
        }
    }
}
