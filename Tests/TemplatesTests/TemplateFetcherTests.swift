import Archive
import Diagnostics
import Foundation
import SourceTree
import SystemPackage
import Templates
import TestSupport
import Testing

/// With real repositories and bundles.
@Suite struct TemplateFetcherTests {
    private let place = SourceLocation(file: "stacks/dev.yaml", line: 5, column: 9)

    private func withTemplate(_ body: (TestProject, TemplateFetcher, String) async throws -> Void) async throws {
        try await withProject { project in
            try project.write("variable \"region\" {}\n", to: "app/main.tf")
            try project.write("#!/bin/sh\n", to: "app/run", permissions: 0o755)
            let content = try TemplateContent(of: "app", in: DirectoryTree(root: FilePath(project.root)))
            try packBundle(content.entries).write(to: URL(filePath: project.path("app-1.0.0.tar.gz")))
            try await project.git("init", "-q", "-b", "main")
            try await project.git("add", "app")
            try await project.git("commit", "-q", "-m", "first")
            try await body(project, fetcher(project), content.digest)
        }
    }

    private func fetcher(_ project: TestProject) -> TemplateFetcher {
        TemplateFetcher(
            root: FilePath(project.root), cache: FilePath(project.path("cache")), environment: project.environment,
            userAgent: "stack/test")
    }

    private func located(_ source: String) -> Located<String> { Located(source, at: place) }

    @Test func `a folder, a commit and a bundle with one content have one digest and one place`() async throws {
        try await withTemplate { project, fetcher, digest in
            for source in ["git::\(project.root)//app?ref=main", "git::./.git//app?ref=main", "app-1.0.0.tar.gz"] {
                let fetched = try await fetcher.fetch(located(source), expecting: nil)
                #expect(fetched.digest == digest)
                #expect(fetched.folder == FilePath(project.path("cache/templates/\(digest.dropFirst(7))")))
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: project.path("cache/templates")).count == 1)
            #expect(
                FileManager.default.isExecutableFile(atPath: project.path("cache/templates/\(digest.dropFirst(7))/run"))
            )
        }
    }

    @Test func `a content that is here is not fetched again, and one that was changed is`() async throws {
        try await withTemplate { project, fetcher, digest in
            let fetched = try await fetcher.fetch(located("app-1.0.0.tar.gz"), expecting: digest)
            let bundle = try Data(contentsOf: URL(filePath: project.path("app-1.0.0.tar.gz")))
            try project.remove("app-1.0.0.tar.gz")
            #expect(try await fetcher.fetch(located("app-1.0.0.tar.gz"), expecting: digest) == fetched)
            try project.write("changed", to: fetched.folder.appending("main.tf").string)
            let error = await #expect(throws: Diagnostic.self) {
                try await fetcher.fetch(located("app-1.0.0.tar.gz"), expecting: digest)
            }
            #expect(error?.message == "there is no bundle `app-1.0.0.tar.gz` in the project")
            #expect(error?.location == place)
            try bundle.write(to: URL(filePath: project.path("app-1.0.0.tar.gz")))
            #expect(try await fetcher.fetch(located("app-1.0.0.tar.gz"), expecting: digest) == fetched)
            #expect(try project.read(fetched.folder.appending("main.tf").string) == "variable \"region\" {}\n")
        }
    }

    @Test func `another content than the one that is wanted is refused, and nothing is kept`() async throws {
        try await withTemplate { project, fetcher, digest in
            let wanted = "sha256:" + String(repeating: "0", count: 64)
            let error = await #expect(throws: Diagnostic.self) {
                try await fetcher.fetch(located("app-1.0.0.tar.gz"), expecting: wanted)
            }
            #expect(error?.message == "`app-1.0.0.tar.gz` holds another content than the one that is wanted")
            #expect(error?.notes.map(\.message) == ["wanted:   \(wanted)", "it holds: \(digest)"])
            #expect(error?.outcome == .refused)
            #expect(!project.exists("cache/templates"))
        }
    }

    @Test func `what is downloaded needs a digest`() async throws {
        try await withTemplate { _, fetcher, _ in
            let error = await #expect(throws: Diagnostic.self) {
                try await fetcher.fetch(located("https://localhost:9/x.tar.gz"), expecting: nil)
            }
            #expect(error?.message == "a template that is downloaded needs a `digest`")
            #expect(error?.location == place)
        }
    }

    @Test func `a file of a repository is read, and nothing else as one`() async throws {
        try await withTemplate { project, fetcher, _ in
            let file = try await fetcher.file(located("git::\(project.root)//app/main.tf?ref=main"))
            #expect(file == Data("variable \"region\" {}\n".utf8))
            for source in ["app-1.0.0.tar.gz", "git::\(project.root)?ref=main"] {
                let error = await #expect(throws: Diagnostic.self) { try await fetcher.file(located(source)) }
                #expect(error?.message == "`\(source)` is no file in a git repository")
            }
        }
    }
}
