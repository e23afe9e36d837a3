import Definitions
import Foundation
import SourceTree
import Synchronization
import Templates
import TestSupport
import Testing

/// A tree that counts how often each file is read.
private final class CountingTree: SourceTree {
    private let tree: MemoryTree
    private let counts = Mutex<[String: Int]>([:])

    init(_ tree: MemoryTree) { self.tree = tree }

    var reads: [String: Int] { counts.withLock { $0 } }
    var name: String { tree.name }

    func kind(of path: String) throws -> SourceEntryKind? { try tree.kind(of: path) }

    func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        try tree.entries(of: directory)
    }

    func contents(of path: String, upTo limit: Int) throws -> Data {
        counts.withLock { $0[path, default: 0] += 1 }
        return try tree.contents(of: path, upTo: limit)
    }
}

struct ModuleCacheTests {
    private let files = [
        "templates/app/template.yaml": template("1.0.0"),
        "templates/app/main.tf": module(calling: "../../modules/shared", "./run"), "templates/app/run/main.tf": "",
        "modules/shared/main.tf": "",
    ]

    private func stack(_ name: String, _ spec: String) -> String {
        SampleProject.fleet.replacing("dev", with: name) + "\nspec: \(spec)\n"
    }

    /// Reads the modules of all stacks, in their order.
    private func read(_ specs: String...) throws -> (sources: [ModuleSource?], reads: [String: Int]) {
        let stacks = Dictionary(
            uniqueKeysWithValues: specs.enumerated().map { ("stacks/s\($0).yaml", stack("s\($0)", $1)) })
        let memory = MemoryTree(files.merging(stacks) { $1 })
        let project = loadProject(memory).project
        #expect(project.stacks.count == specs.count)
        let tree = CountingTree(memory)
        var cache = ModuleCache(tree: tree)
        let sources = try project.stacks.map { try cache.source(of: $0, in: project) }
        return (sources, tree.reads)
    }

    @Test func `a module and what it calls are read once for all stacks that run it`() throws {
        let (sources, reads) = try read(
            "{template: {name: app}}", "{template: {name: app}, protect: true}", "{template: {name: app}}")
        #expect(sources.map { $0?.folder } == ["templates/app", "templates/app", "templates/app"])
        #expect(
            reads == ["templates/app/main.tf": 1, "templates/app/run/main.tf": 1, "modules/shared/main.tf": 1])
    }

    @Test func `another workdir is another module, and so is another way to name it`() throws {
        let (sources, reads) = try read(
            "{template: {name: app}}", "{template: {name: app}, workdir: run}", "{path: templates/app}",
            "{path: templates/app}")
        #expect(
            sources.map { $0?.workingFolder } == [
                "templates/app", "templates/app/run", "templates/app", "templates/app",
            ])
        #expect(sources.map { $0?.template?.version } == ["1.0.0", "1.0.0", nil, nil])
        #expect(reads["templates/app/main.tf"] == 2)
    }

    @Test func `a source that is not in the project's tree is left out and nothing of it is read`() throws {
        let (sources, reads) = try read(
            "{git: {url: 'https://example.com/x', ref: main, folder: x}}",
            "{template: {name: app, source: 'https://example.com/x'}}")
        #expect(sources.allSatisfy { $0 == nil })
        #expect(reads == [:])
    }

    @Test func `a module that cannot be read is an error for every stack`() throws {
        let memory = MemoryTree(["app/main.tf": "oops", "stacks/a.yaml": stack("a", "{path: app}")])
        let project = loadProject(memory).project
        var cache = ModuleCache(tree: memory)
        for _ in 0..<2 {
            #expect(throws: (any Error).self) { try cache.source(of: try #require(project.stacks.first), in: project) }
        }
    }
}
