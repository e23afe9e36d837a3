import Foundation
import JSON
import TestSupport
import Testing

/// Templates that are kept elsewhere, as a team uses them: listed in a catalog, fetched with git, pinned in `stack.lock`.
@Suite struct CatalogTests {
    /// A template repository beside the project, with a tag for each version; the project's catalog lists it.
    private func withCatalog(_ body: (TestProject, _ repository: String) async throws -> Void) async throws {
        try await withProject { project in
            let repository = "\(project.scratch)/golden"
            try project.write("", to: "stack.yaml")
            try writeTemplate("1.0.0", in: repository, project)
            try await project.git("init", "-q", "-b", "main", repository)
            try await commit("1.0.0", in: repository, project)
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: Catalog
                metadata: {name: platform}
                spec:
                  include: ["git::file://\(repository)//catalog.yaml?ref=main"]

                """, to: "templates/catalog.yaml")
            try writeStack("{name: app}", project)
            try await body(project, repository)
        }
    }

    private func writeTemplate(_ version: String, in repository: String, _ project: TestProject) throws {
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: StackTemplate
            metadata: {name: app}
            spec:
              version: \(version)
              parameters:
              - {name: size, type: ENUM, values: [small, large], default: small}

            """, to: "\(repository)/app/template.yaml")
        try project.write(
            """
            variable "size" {
              type = string
            }

            resource "terraform_data" "app" {
              input = "\(version) ${var.size}"
            }

            """, to: "\(repository)/app/main.tf")
    }

    /// Commits, tags and lists a version; the catalog lists all that were tagged.
    private func commit(_ version: String, in repository: String, _ project: TestProject) async throws {
        try await project.git("-C", repository, "add", "-A")
        try await project.git("-C", repository, "commit", "-q", "-m", version)
        try await project.git("-C", repository, "tag", "v\(version)")
        let versions = try await project.git("-C", repository, "tag", "--list").split(separator: "\n").map {
            $0.dropFirst()
        }
        let entries = versions.map {
            "  - {name: app, version: \($0), source: \"git::file://\(repository)//app?ref=v\($0)\"}\n"
        }
        let catalog = """
            apiVersion: stacks.fleet/v1alpha1
            kind: Catalog
            metadata: {name: golden}
            spec:
              templates:
            \(entries.joined())
            """
        try catalog.write(toFile: "\(repository)/catalog.yaml", atomically: true, encoding: .utf8)
        try await project.git("-C", repository, "add", "-A")
        try await project.git("-C", repository, "commit", "-q", "-m", "catalog")
    }

    private func writeStack(_ reference: String, _ project: TestProject, variables: String = "{}") throws {
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: dev}
            spec: {template: \(reference), variables: \(variables)}

            """, to: "stacks/dev.yaml")
    }

    private func plan(_ project: TestProject) async throws -> CommandResult {
        try await project.stack("plan", "dev", "--detailed-exitcode")
    }

    @Test func `a plan fetches the newest version and pins it, and a newer one is taken only by an update`()
        async throws
    {
        try await withCatalog { project, repository in
            let first = try await plan(project)
            #expect(first.exitCode == 2, "\(first.description)")
            #expect(first.stdout.contains("1.0.0 small"), "\(first.description)")
            #expect(first.stderr.contains("Pinned app 1.0.0 in stack.lock"), "\(first.description)")
            let lock = try project.read("stack.lock")
            #expect(lock.contains("    catalog: golden\n"), "\(lock)")
            #expect(lock.contains("    version: 1.0.0\n"), "\(lock)")

            try writeTemplate("1.1.0", in: repository, project)
            try await commit("1.1.0", in: repository, project)
            let second = try await plan(project)
            #expect(second.stdout.contains("1.0.0 small"), "\(second.description)")
            let outdated = try await project.stack("template", "outdated", "--detailed-exitcode", "-o", "json")
            #expect(outdated.exitCode == 2, "\(outdated.description)")
            #expect(
                try outdated.json == [
                    [
                        "stack": "dev", "template": "app", "wanted": "newest", "current": "1.0.0", "allowed": "1.1.0",
                        "newest": "1.1.0",
                    ]
                ])

            let update = try await project.stack("template", "update")
            #expect(update.stderr.contains("app: 1.0.0 → 1.1.0"), "\(update.description)")
            let third = try await plan(project)
            #expect(third.stdout.contains("1.1.0 small"), "\(third.description)")
            let diff = try await project.stack("template", "diff", "app@1.0.0", "1.1.0")
            #expect(diff.exitCode == 0 && diff.stdout.contains("~ main.tf"), "\(diff.description)")
        }
    }

    @Test func `another machine gets the content that was pinned, and refuses a tag that was moved`() async throws {
        try await withCatalog { project, repository in
            #expect(try await plan(project).exitCode == 2)
            try project.remove(".stack/cache")
            let again = try await plan(project)
            #expect(again.exitCode == 2, "\(again.description)")

            try project.write("# changed\n", to: "\(repository)/app/more.tf")
            try await project.git("-C", repository, "add", "-A")
            try await project.git("-C", repository, "commit", "-q", "-m", "changed in silence")
            try await project.git("-C", repository, "tag", "-f", "v1.0.0")
            try project.remove(".stack/cache")
            let refused = try await plan(project)
            #expect(refused.exitCode == 3, "\(refused.description)")
            #expect(refused.stderr.contains("stacks/dev.yaml:4:18: error: "), "\(refused.description)")
            #expect(
                refused.stderr.contains("holds another content than the one that is wanted"), "\(refused.description)")

            let update = try await project.stack("template", "update")
            #expect(update.stderr.contains("1.0.0, with other content"), "\(update.description)")
            #expect(try await plan(project).exitCode == 2)
        }
    }

    @Test func `parameters of a fetched template are checked at every plan`() async throws {
        try await withCatalog { project, _ in
            try writeStack("{name: app, version: ~> 1.0}", project, variables: "{size: huge}")
            let refused = try await plan(project)
            #expect(refused.exitCode == 1, "\(refused.description)")
            #expect(
                refused.stderr.contains("`size` must be one of `small`, `large`, not `huge`"), "\(refused.description)")
            #expect(try await project.stack("validate").exitCode == 1)
        }
    }

    @Test func `a template that was changed in the cache is fetched again`() async throws {
        try await withCatalog { project, _ in
            #expect(try await plan(project).exitCode == 2)
            let file = try #require(project.files(below: ".stack/cache/templates").first { $0.hasSuffix("main.tf") })
            try project.write("# mine\n", to: ".stack/cache/templates/\(file)")
            let again = try await plan(project)
            #expect(again.exitCode == 2, "\(again.description)")
            #expect(try project.read(".stack/cache/templates/\(file)").contains("terraform_data"))
        }
    }

    @Test func `the cache may stand elsewhere, with what is kept of the project`() async throws {
        try await withCatalog { project, _ in
            let elsewhere = ["STACK_DATA_DIR": "\(project.scratch)/data"]
            let first = try await project.stack("plan", "dev", "--detailed-exitcode", environment: elsewhere)
            #expect(first.exitCode == 2, "\(first.description)")
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve", environment: elsewhere)
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(project.files(below: ".stack") == [])
        }
    }

    @Test func `a bundle file of the project is a source, with or without a digest`() async throws {
        try await withCatalog { project, repository in
            let packed = try await project.stack("template", "pack", "\(repository)/app")
            try #require(packed.exitCode == 0, "\(packed.description)")
            let digest = packed.stdout.trimmingCharacters(in: .newlines)
            try writeStack("{name: app, source: app-1.0.0.tar.gz, digest: \"\(digest)\"}", project)
            let pinned = try await plan(project)
            #expect(pinned.exitCode == 2, "\(pinned.description)")
            try writeStack("{name: app, source: app-1.0.0.tar.gz}", project)
            let free = try await plan(project)
            #expect(free.exitCode == 2, "\(free.description)")
            let other = "sha256:" + String(repeating: "0", count: 64)
            try writeStack("{name: app, source: app-1.0.0.tar.gz, digest: \"\(other)\"}", project)
            let refused = try await plan(project)
            #expect(refused.exitCode == 3, "\(refused.description)")
            #expect(refused.stderr.contains(digest), "\(refused.description)")
        }
    }

    @Test func `a channel of a catalog's template moves with one file`() async throws {
        try await withCatalog { project, repository in
            try writeTemplate("1.1.0", in: repository, project)
            try await commit("1.1.0", in: repository, project)
            try writeStack("{name: app, channel: stable}", project)
            for version in ["1.0.0", "1.1.0"] {
                try project.write(
                    """
                    apiVersion: stacks.fleet/v1alpha1
                    kind: TemplateChannels
                    metadata: {name: app}
                    spec: {stable: \(version)}

                    """, to: "templates/channels.yaml")
                let plan = try await plan(project)
                #expect(plan.stdout.contains("\(version) small"), "\(plan.description)")
            }
        }
    }
}
