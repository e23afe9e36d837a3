import Definitions
import Diagnostics
import StackGraph
import TestSupport
import Testing

@Suite struct DefinedGraphTests {
    @Test func `a circle is an error that names every stack on it and where each says what it needs`() throws {
        let stacks = definitions([
            "a": "dependsOn: [b]", "b": "inputs: [{variable: x, from: {stack: c, output: id}}]", "c": "dependsOn: [a]",
            "d": "dependsOn: [a]",
        ])
        let problems = try #require(throws: DiagnosticList.self) { try StackGraph(stacks) }.diagnostics
        #expect(problems.map(\.message) == ["stacks need each other in a circle: `a` → `b` → `c` → `a`"])
        #expect(problems[0].location == SourceLocation(file: "stacks/a.yaml", line: 6, column: 15))
        #expect(problems[0].notes.map(\.message) == ["`b` needs `c`", "`c` needs `a`"])
    }

    @Test func `everything that a stack needs and everything that needs it are found through others`() throws {
        let graph = try StackGraph(
            definitions(["net": "", "db": "dependsOn: [net]", "app": "dependsOn: [db]", "other": ""]))
        #expect(graph.withDependencies(["app"]) == ["app", "db", "net"])
        #expect(graph.withDependents(["net"]) == ["app", "db", "net"])
        #expect(graph.dependents(on: "net").map(\.stack) == ["db"])
    }
}

/// Stacks with these lines in their `spec`.
func definitions(_ stacks: [String: String]) -> [StackDefinition] {
    var files = ["module/main.tf": ""]
    for (name, lines) in stacks {
        files["stacks/\(name).yaml"] = """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: \(name)}
            spec:
              path: module
              \(lines)
            """
    }
    return loadProject(MemoryTree(files)).project.stacks
}
