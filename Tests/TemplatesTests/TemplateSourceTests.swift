import Diagnostics
import Templates
import Testing

@Suite struct TemplateSourceTests {
    @Test(
        arguments: [
            (
                "git::https://host/org/repo.git//templates/app?ref=v1.0.0",
                .git(url: "https://host/org/repo.git", folder: "templates/app", ref: "v1.0.0")
            ),
            ("git::git@host:org/repo.git?ref=main", .git(url: "git@host:org/repo.git", folder: "", ref: "main")),
            ("git::/srv/repo//a/./b/?ref=x", .git(url: "/srv/repo", folder: "a/b", ref: "x")),
            ("bundles/app-1.0.0.tar.zst", .bundle(path: "bundles/app-1.0.0.tar.zst")),
            ("https://host/app-1.0.0.tar.gz", .download(url: "https://host/app-1.0.0.tar.gz")),
        ] as [(String, TemplateSource)])
    func `a source says where a template is kept`(text: String, source: TemplateSource) throws {
        #expect(try TemplateSource(text) == source)
    }

    @Test(arguments: [
        ("git::https://host/x", "`?ref=` with a tag, a branch or a commit is needed, and nothing else"),
        ("git::https://host/x?ref=", "`?ref=` with a tag, a branch or a commit is needed, and nothing else"),
        ("git::https://host/x?ref=a&depth=1", "`?ref=` with a tag, a branch or a commit is needed, and nothing else"),
        ("git::?ref=a", "the repository is missing"),
        ("git::https://host/x//../y?ref=a", "the folder leads out of the repository"),
        ("s3::https://host/x.tar.gz", "`git::` is the only kind that is known"),
        ("ftp://host/x.tar.gz", "bundles are fetched by https"),
        ("app.zip", "a bundle ends in `.tar.gz` or `.tar.zst`"),
        ("../app.tar.gz", "the path leads out of the project"), ("/app.tar.gz", "the path leads out of the project"),
        ("a\nb.tar.gz", "it has a control character in it"),
    ])
    func `what is no source is told with what is allowed`(text: String, reason: String) {
        let error = #expect(throws: Diagnostic.self) { try TemplateSource(text) }
        #expect(error?.message == "`\(text)` is no source of a template: \(reason)")
        #expect(error?.hint?.hasPrefix("a source is `git::URL//FOLDER?ref=REF`") == true)
    }

    @Test func `credentials in a source are not shown`() {
        let error = #expect(throws: Diagnostic.self) { try TemplateSource("git::https://anna:secret@host/x") }
        #expect(error?.message.hasPrefix("`git::https://…@host/x` is no source of a template") == true)
    }
}
