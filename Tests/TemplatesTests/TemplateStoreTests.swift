import Definitions
import Diagnostics
import Foundation
import SourceTree
import Synchronization
import SystemPackage
import Templates
import TestSupport
import Testing

/// Templates that are kept elsewhere: chosen through catalogs, pinned, restored.
struct TemplateStoreTests {
    /// Lays out what a test has prepared, and remembers what it was asked for.
    private final class Shelf: TemplateFetching {
        private let versions: [String: String]
        private let catalogs: [String: String]
        private let sources = Mutex<[String]>([])
        var asked: [String] { sources.withLock { $0 } }

        init(_ versions: [String: String], catalogs: [String: String] = [:]) {
            self.versions = versions
            self.catalogs = catalogs
        }

        func fetch(_ source: Located<String>, expecting digest: String?) async throws -> FetchedTemplate {
            sources.withLock { $0.append(source.value) }
            guard let version = versions[source.value] else {
                throw Diagnostic.error("there is nothing at `\(source.value)`", at: source.location)
            }
            let found = TemplateStoreTests.digest(version)
            if let digest, digest != found {
                throw Diagnostic.error("another digest", at: source.location, outcome: .refused)
            }
            return FetchedTemplate(folder: "", digest: found)
        }

        func file(_ source: Located<String>) async throws -> Data { Data((catalogs[source.value] ?? "").utf8) }
    }

    private static func text(_ version: String) -> String {
        """
        apiVersion: stacks.fleet/v1alpha1
        kind: StackTemplate
        metadata: {name: eks}
        spec: {version: \(version), parameters: [{name: region, type: STRING}]}

        """
    }

    private static func digest(_ version: String) -> String {
        let content = try? TemplateContent(of: "t", in: MemoryTree(["t/template.yaml": text(version)]))
        return content?.digest ?? "none"
    }

    private func tree(
        _ reference: String, catalog: String = "", versions: [String] = ["1.4.0", "1.5.0", "2.0.0"]
    )
        -> MemoryTree
    {
        var files = [
            "stacks/a.yaml": """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: dev}
            spec: {template: \(reference), variables: {region: x}}

            """
        ]
        if !catalog.isEmpty { files["templates/catalog.yaml"] = catalog }
        for version in versions {
            files["\(TemplateCache.folder(of: Self.digest(version)))/template.yaml"] = Self.text(version)
        }
        return MemoryTree(files)
    }

    private func catalog(_ entries: String, include: String = "") -> String {
        """
        apiVersion: stacks.fleet/v1alpha1
        kind: Catalog
        metadata: {name: platform}
        spec:
          templates: [\(entries)]
          include: [\(include)]

        """
    }

    private func entry(_ version: String, source: String? = nil) -> String {
        "{name: eks, version: \(version), source: \(source ?? "v\(version).tar.gz")}"
    }

    @Test func `the newest version in a catalog that will do is fetched and pinned`() async throws {
        let tree = tree(
            "{name: eks, version: ~> 1.4}",
            catalog: catalog("\(entry("1.4.0")), \(entry("1.5.0")), \(entry("2.0.0"))"))
        let shelf = Shelf(["v1.5.0.tar.gz": "1.5.0"])
        let (loaded, fresh, problems) = await TemplateStore(tree: tree, fetcher: shelf).loadFetching(pins: [])
        #expect(problems == [])
        #expect(loaded.diagnostics == [])
        #expect(
            fresh == [
                TemplatePin(
                    name: "eks", wanted: "~> 1.4", catalog: "platform", source: "v1.5.0.tar.gz", version: "1.5.0",
                    digest: Self.digest("1.5.0"))
            ])
        let stack = try #require(loaded.project.stack(named: "dev"))
        #expect(loaded.project.template(of: stack)?.version.description == "1.5.0")
        #expect(loaded.project.template(of: stack)?.origin?.source == "v1.5.0.tar.gz")
    }

    @Test func `what is pinned and here is not fetched, although the catalog lists a newer one`() async throws {
        let tree = tree("{name: eks}", catalog: catalog("\(entry("1.4.0")), \(entry("1.5.0"))"))
        let pin = TemplatePin(
            name: "eks", wanted: nil, catalog: "platform", source: "v1.4.0.tar.gz", version: "1.4.0",
            digest: Self.digest("1.4.0"))
        let shelf = Shelf([:])
        let store = TemplateStore(tree: tree, fetcher: shelf)
        let (loaded, fresh, _) = await store.loadFetching(pins: [pin])
        #expect(fresh == [])
        #expect(shelf.asked == [])
        let stack = try #require(loaded.project.stack(named: "dev"))
        #expect(loaded.project.template(of: stack)?.version.description == "1.4.0")
    }

    @Test func `an update resolves anew and says what was pinned before`() async throws {
        let tree = tree("{name: eks}", catalog: catalog("\(entry("1.4.0")), \(entry("1.5.0"))"))
        let old = TemplatePin(
            name: "eks", wanted: nil, catalog: "platform", source: "v1.4.0.tar.gz", version: "1.4.0",
            digest: Self.digest("1.4.0"))
        let store = TemplateStore(tree: tree, fetcher: Shelf(["v1.5.0.tar.gz": "1.5.0"]))
        let project = TemplateStore.load(tree, pins: [old]).project
        let changes = try await store.update(project, names: [], pins: [old])
        #expect(changes.map(\.old) == [old])
        #expect(changes.map(\.new.version) == ["1.5.0"])
        #expect(try await store.update(project, names: ["other"], pins: [old]) == [])
    }

    @Test func `a pin that is not here any more is fetched by its digest, and refused when it is another`() async throws
    {
        let tree = tree("{name: eks}", catalog: catalog(entry("1.4.0")), versions: [])
        let pin = TemplatePin(
            name: "eks", wanted: nil, catalog: "platform", source: "v1.4.0.tar.gz", version: "1.4.0",
            digest: Self.digest("1.4.0"))
        let moved = Shelf(["v1.4.0.tar.gz": "9.9.9"])
        let problems = await TemplateStore(tree: tree, fetcher: moved).loadFetching(pins: [pin]).problems
        #expect(problems.map(\.description) == ["stacks/a.yaml:4:18: error: another digest"])
        #expect(problems.map(\.outcome) == [.refused])
    }

    @Test func `a source that holds another template or version than it was asked for is refused`() async throws {
        let tree = tree("{name: eks, version: ~> 1.4, source: far.tar.gz}")
        let problems = await TemplateStore(tree: tree, fetcher: Shelf(["far.tar.gz": "2.0.0"])).loadFetching(pins: [])
            .problems
        #expect(
            problems.map(\.description) == [
                "stacks/a.yaml:4:18: error: `far.tar.gz` holds eks 2.0.0, not `eks ~> 1.4`"
            ])
    }

    @Test func `a catalog includes others, whose relative sources are folders of their repositories`() async throws {
        let other = "git::https://example.com/golden//catalog.yaml?ref=v7"
        let tree = tree("{name: eks, version: 1.5.0}", catalog: catalog("", include: "\"\(other)\""))
        let shelf = Shelf(
            ["git::https://example.com/golden//eks/1.5?ref=v7": "1.5.0"],
            catalogs: [other: catalog(entry("1.5.0", source: "./eks/1.5")).replacing("platform", with: "golden")])
        let fresh = await TemplateStore(tree: tree, fetcher: shelf).loadFetching(pins: []).fresh
        #expect(fresh.map(\.catalog) == ["golden"])
        #expect(fresh.map(\.source) == ["git::https://example.com/golden//eks/1.5?ref=v7"])
    }

    @Test func `a version that no catalog lists is told with those that are listed`() async throws {
        let other = "git::https://example.com/golden//catalog.yaml?ref=v7"
        let tree = tree("{name: eks, version: 3.0.0}", catalog: catalog(entry("1.4.0"), include: "\"\(other)\""))
        let problems = await TemplateStore(tree: tree, fetcher: Shelf([:])).loadFetching(pins: []).problems
        #expect(
            problems.map(\.description) == [
                "stacks/a.yaml:4:18: error: no catalog lists a version of `eks` that will do"
            ])
        #expect(problems.map(\.hint) == ["there is `1.4.0`"])
    }
}
