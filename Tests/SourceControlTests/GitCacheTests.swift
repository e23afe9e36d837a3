import Diagnostics
import Foundation
import SourceControl
import SystemPackage
import TestSupport
import Testing

/// With the real git and repositories on this disk.
struct GitCacheTests {
    /// A repository `origin` with a folder `templates/app` that was committed and tagged `v1.0.0`.
    private func withOrigin(_ body: (Origin) async throws -> Void) async throws {
        try await withProject { project in
            try await project.git("init", "-q", "-b", "main", "origin")
            let origin = Origin(project: project)
            try project.write("one\r\n", to: "origin/templates/app/main.tf")
            try project.write("#!/bin/sh\n", to: "origin/templates/app/scripts/run", permissions: 0o755)
            try FileManager.default.createSymbolicLink(
                atPath: project.path("origin/templates/app/link"), withDestinationPath: "main.tf")
            try project.write("* text eol=lf\n*.tf ident\n", to: "origin/.gitattributes")
            try await origin.commit()
            try await origin.git("tag", "-a", "v1.0.0", "-m", "first")
            try await body(origin)
        }
    }

    private struct Origin {
        let project: TestProject
        var path: String { project.path("origin") }
        var cache: GitCache {
            GitCache(folder: FilePath(project.path("cache/git")), environment: project.environment)
        }

        @discardableResult
        func git(_ arguments: String...) async throws -> String {
            let result = try await project.start("git", ["-C", path] + arguments).result()
            guard result.exitCode == 0 else { throw Timeout(result.description) }
            return result.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
        }

        func commit() async throws {
            try await git("-c", "core.autocrlf=false", "add", ".")
            try await git("commit", "-q", "-m", "change")
        }

        func main(_ ref: String, url: String? = nil) async throws -> String {
            let data = try await cache.commit(ref, of: url ?? path).file("templates/app/main.tf", upTo: 1000)
            return String(decoding: data, as: UTF8.self)
        }
    }

    @Test(arguments: ["", "file://"])
    func `a folder is read as it was committed, by tag, branch and commit`(scheme: String) async throws {
        try await withOrigin { origin in
            let head = try await origin.git("rev-parse", "HEAD")
            for ref in ["v1.0.0", "main", head, "refs/tags/v1.0.0"] {
                let commit = try await origin.cache.commit(ref, of: scheme + origin.path)
                #expect(commit.id == head)
                let entries = try await commit.entries(below: "templates/app", upTo: 1000)
                #expect(entries.map(\.path) == ["link", "main.tf", "scripts/run"])
                #expect(entries.map(\.kind) == [.link, .file(executable: false), .file(executable: true)])
                #expect(
                    entries.map { String(decoding: $0.content, as: UTF8.self) } == ["main.tf", "one\n", "#!/bin/sh\n"])
            }
        }
    }

    @Test func `a tag that was moved and a branch that went on are seen, a commit is not asked for again`() async throws
    {
        try await withOrigin { origin in
            let first = try await origin.git("rev-parse", "HEAD")
            for ref in ["v1.0.0", "main", first] { #expect(try await origin.main(ref) == "one\n") }
            try origin.project.write("two\n", to: "origin/templates/app/main.tf")
            try await origin.commit()
            try await origin.git("tag", "-f", "-a", "v1.0.0", "-m", "moved")
            for ref in ["v1.0.0", "main"] { #expect(try await origin.main(ref) == "two\n") }
            try origin.project.remove("origin")
            #expect(try await origin.main(first) == "one\n")
        }
    }

    @Test func `a commit that no branch ends at is found`() async throws {
        try await withOrigin { origin in
            try origin.project.write("two\n", to: "origin/templates/app/main.tf")
            try await origin.commit()
            let second = try await origin.git("rev-parse", "HEAD")
            try origin.project.write("three\n", to: "origin/templates/app/main.tf")
            try await origin.commit()
            #expect(try await origin.main(second) == "two\n")
        }
    }

    @Test func `a ref that is missing is told with what is near`() async throws {
        try await withOrigin { origin in
            let url = "file://\(origin.path)"
            let near = await #expect(throws: Diagnostic.self) { try await origin.main("v1.0.1", url: url) }
            #expect(near?.message == "there is no tag, branch or commit `v1.0.1` in the git repository \(url)")
            #expect(near?.hint == "did you mean `v1.0.0`?")
            let far = await #expect(throws: Diagnostic.self) { try await origin.main("nothing-like-it") }
            #expect(far?.hint == "there are `main`, `v1.0.0`")
            let id = String(repeating: "a", count: 40)
            let commit = await #expect(throws: Diagnostic.self) { try await origin.main(id, url: url) }
            #expect(commit?.message == "there is no tag, branch or commit `\(id)` in the git repository \(url)")
        }
    }

    @Test func `a folder that is missing, a file in its place and a submodule are errors`() async throws {
        try await withOrigin { origin in
            let head = try await origin.git("rev-parse", "HEAD")
            let commit = try await origin.cache.commit("main", of: origin.path)
            for folder in ["absent", "templates/app/main.tf"] {
                let error = await #expect(throws: Diagnostic.self) { try await commit.entries(below: folder, upTo: 9) }
                #expect(
                    error?.message == "there is no folder `\(folder)` in commit \(head.prefix(12)) of \(origin.path)")
            }
            let large = await #expect(throws: Diagnostic.self) { try await commit.entries(below: "templates", upTo: 9) }
            #expect(large?.message == "`templates` of \(origin.path) holds more than the 9 bytes that are allowed")

            try await origin.git("update-index", "--add", "--cacheinfo", "160000,\(head),templates/app/module")
            try await origin.git("commit", "-q", "-m", "submodule")
            let next = try await origin.cache.commit("main", of: origin.path)
            let error = await #expect(throws: Diagnostic.self) {
                try await next.entries(below: "templates/app", upTo: 1000)
            }
            #expect(
                error?.message
                    == "`templates/app/module` in commit \(next.id.prefix(12)) of \(origin.path) is a submodule, "
                    + "which is not fetched")
        }
    }

    @Test func `what a repository and its user name is not run`() async throws {
        try await withOrigin { origin in
            let mark = origin.project.scratch + "/mark"
            let script = try origin.project.script("evil", "echo $0 >> '\(mark)'\ncat\n")
            try origin.project.write("* filter=evil\n", to: "origin/.gitattributes")
            try origin.project.write("filtered\n", to: "origin/templates/app/main.tf")
            try await origin.commit()
            for (key, value) in [("filter.evil.smudge", script), ("core.hooksPath", origin.project.scratch)] {
                try await origin.project.git("config", "--global", key, value)
            }
            for hook in ["post-checkout", "reference-transaction", "post-index-change"] {
                try origin.project.script(hook, "echo $0 >> '\(mark)'\n")
            }
            // Proves that the hostile part works: git itself runs it.
            try await origin.git("tag", "proof")
            #expect(origin.project.exists(mark))
            try origin.project.remove(mark)
            #expect(try await origin.main("main") == "filtered\n")
            #expect(!origin.project.exists(mark))
        }
    }

    @Test(arguments: [
        ("ext::sh -c touch% mark", "`ext::sh -c touch% mark` is not fetched: `ext::` makes git run a program"),
        ("--upload-pack=touch mark", "`--upload-pack=touch mark` is not fetched: git would take it for an option"),
        ("fd::17", "`fd::17` is not fetched: `fd::` makes git run a program"),
        ("ftp://host/x", "`ftp://host/x` is not fetched: git repositories are fetched by https, ssh, file or a path"),
        (
            "http://anna:secret@host/x",
            "`http://…@host/x` is not fetched: `http` is neither encrypted nor authenticated"
        ),
        ("https://host/\nx", "`https://host/\nx` is not fetched: it has a control character in it"),
    ])
    func `an address that would run something or is open is refused`(url: String, message: String) async throws {
        try await withProject { project in
            let cache = GitCache(folder: FilePath(project.path("cache")), environment: project.environment)
            let error = await #expect(throws: Diagnostic.self) { try await cache.commit("main", of: url) }
            #expect(error?.message == message)
            #expect(error?.outcome == .refused)
            #expect(project.files() == [])
        }
    }

    @Test(arguments: ["-v", "", "a b", "--all"])
    func `what can be no ref is refused`(ref: String) async throws {
        try await withOrigin { origin in
            let error = await #expect(throws: Diagnostic.self) { try await origin.main(ref) }
            #expect(error?.message == "`\(ref)` can be neither a tag, a branch nor a commit of git")
        }
    }

    @Test func `a repository that cannot be reached is told without its credentials`() async throws {
        try await withProject { project in
            let cache = GitCache(folder: FilePath(project.path("cache")), environment: project.environment)
            let url = "http://anna:secret@127.0.0.1:9/x.git"
            let error = await #expect(throws: Diagnostic.self) { try await cache.commit("main", of: url) }
            #expect(error?.message == "the git repository http://…@127.0.0.1:9/x.git cannot be read")
            #expect(error?.outcome == .unavailable)
            #expect(!"\(String(describing: error))".contains("secret"))
        }
    }

    @Test func `many at once share one repository`() async throws {
        try await withOrigin { origin in
            let found = try await withThrowingTaskGroup(of: String.self) { group in
                for ref in ["v1.0.0", "main", "v1.0.0", "main"] { group.addTask { try await origin.main(ref) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(found == Array(repeating: "one\n", count: 4))
            let names = try FileManager.default.contentsOfDirectory(atPath: origin.project.path("cache/git"))
            #expect(names.count == 1)
        }
    }
}
