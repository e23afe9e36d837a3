import Diagnostics
import JSON
import Testing

@testable import Definitions

struct ExtendsTests {
    private func document(_ name: String?, _ spec: String) -> String {
        """
        apiVersion: stacks.fleet/v1alpha1
        kind: InfrastructureStack
        metadata: {\(name.map { "name: \($0), " } ?? "")labels: {from: \(name ?? "base")}}
        spec: \(spec)

        """
    }

    @Test func `values are merged and remember where they were written`() throws {
        let loaded = load([
            "stacks/base/eks.yaml": document(
                nil, "{path: module, protect: true, variables: {a: 1, b: {x: 1, w: 2}, c: [1]}}"),
            "stacks/prod.yaml": document(
                "prod", "{extends: [base/eks.yaml], protect: null, variables: {a: 2, b: {w: null, z: 3}, c: [2]}}"),
        ])
        #expect(loaded.lines == [])
        #expect(loaded.project.stacks.map(\.name.value) == ["prod"])
        let stack = try #require(loaded.project.stacks.first)
        #expect(stack.variables.mapValues { $0.value.literal?.json() } == ["a": 2, "b": ["x": 1, "z": 3], "c": [2]])
        #expect(!stack.protect && stack.labels == ["from": "prod"])
        #expect(stack.source.location.file == "stacks/base/eks.yaml")
        let places = Dictionary(uniqueKeysWithValues: stack.values.map { ($0.path, $0.location.file) })
        #expect(places["spec.variables.b.x"] == "stacks/base/eks.yaml")
        #expect(places["spec.variables.b.z"] == "stacks/prod.yaml")
        #expect(places["spec.extends"] == nil && places["spec.protect"] == nil)
    }

    @Test func `bases may have bases, lie in the same file, and outside the folders with stacks`() throws {
        let loaded = load([
            "shared/root.yaml": document(nil, "{path: module, variables: {a: 1, b: 1, c: 1}}"),
            "stacks/all.yaml": document(nil, "{extends: [../shared/root.yaml], variables: {b: 2, c: 2}}") + "---\n"
                + document("dev", "{extends: [all.yaml], variables: {c: 3}}") + "---\n"
                + document("test", "{extends: [all.yaml]}"),
        ])
        #expect(loaded.lines == [])
        let values = loaded.project.stacks.map { $0.variables.mapValues { $0.value.literal?.json() } }
        #expect(values == [["a": 1, "b": 2, "c": 3], ["a": 1, "b": 2, "c": 2]])
    }

    @Test func `a stack can extend another stack, without its name`() {
        let loaded = load([
            "stacks/dev.yaml": document("dev", "{name: dev, path: module, approval: true}"),
            "stacks/test.yaml": document("test", "{extends: [dev.yaml]}"),
        ])
        #expect(loaded.lines == [])
        #expect(loaded.project.stacks.map(\.name.value) == ["dev", "test"])
        #expect(loaded.project.stacks.allSatisfy { $0.approval })
    }

    @Test func `a circle is named with every file`() {
        let loaded = load([
            "stacks/a.yaml": document("a", "{extends: [base/b.yaml]}"),
            "stacks/base/b.yaml": document(nil, "{extends: [c.yaml]}"),
            "stacks/base/c.yaml": document(nil, "{extends: [b.yaml]}"),
        ])
        #expect(
            loaded.lines == [
                "stacks/base/c.yaml:4:18: error: `spec.extends` goes round in a circle: `stacks/base/b.yaml` → `stacks/base/c.yaml` → `stacks/base/b.yaml`"
            ])
    }

    @Test(arguments: [
        ("none.yaml", "there is no file `stacks/none.yaml` to extend"),
        ("../../x.yaml", "the path `../../x.yaml` leads out of the project"),
        ("/x.yaml", "the path `/x.yaml` leads out of the project"),
        ("a.yaml", "`spec.extends` goes round in a circle: `stacks/a.yaml` → `stacks/a.yaml`"),
        ("two.yaml", "`stacks/two.yaml` holds 2 stacks, and it is not clear which of them to extend"),
        ("empty.yaml", "`stacks/empty.yaml` holds no `InfrastructureStack` to extend"),
        (
            "plural.yaml",
            "`plural.yaml` is a definition of `deployments.plural.sh/v1alpha1`, which one of `stacks.fleet/v1alpha1` cannot extend"
        ),
    ])
    func `what cannot be extended is an error`(path: String, message: String) {
        let loaded = load([
            "stacks/a.yaml": document("a", "{extends: [\(path)], path: module}"),
            "stacks/two.yaml": document("b", "{path: module}") + "---\n" + document("c", "{path: module}"),
            "stacks/empty.yaml": "",
            "stacks/plural.yaml": """
            apiVersion: deployments.plural.sh/v1alpha1
            kind: InfrastructureStack
            metadata: {name: p}
            spec: {type: TERRAFORM, git: {url: u, ref: main, folder: x}}
            """,
        ])
        #expect(loaded.lines == ["stacks/a.yaml:4:18: error: \(message)"])
    }

    @Test func `a stack without a name that nothing extends is an error`() {
        #expect(
            load(["stacks/a.yaml": document(nil, "{path: module}")]).lines == [
                "stacks/a.yaml:2:7: error: this stack has no name, and nothing extends it"
            ])
    }

    @Test func `a mistake in a base is told once, at its place`() {
        let loaded = load([
            "stacks/base.yaml": document(nil, "{path: module, protect: 1}"),
            "stacks/a.yaml": document("a", "{extends: [base.yaml]}"),
            "stacks/b.yaml": document("b", "{extends: [base.yaml]}"),
        ])
        #expect(loaded.lines == ["stacks/base.yaml:4:31: error: `spec.protect` must be `true` or `false`, not `1`"])
    }
}
