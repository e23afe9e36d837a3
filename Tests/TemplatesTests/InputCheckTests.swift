import Definitions
import Diagnostics
import Templates
import TestSupport
import Testing

@Suite struct InputCheckTests {
    /// The problems of the stacks `cluster` and `network`.
    private func problems(
        inputs: String, source: String = "path: modules/cluster", network: String = "path: modules/network",
        outputs: String = "output \"vpc_id\" { value = 1 }\noutput \"subnet_ids\" { value = [] }\n"
    ) -> [Diagnostic] {
        let tree = MemoryTree([
            "modules/cluster/main.tf": "variable \"vpc_id\" {}\nvariable \"size\" { default = 1 }\n",
            "modules/network/main.tf": outputs,
            "stacks/cluster.yaml": definition("cluster", "{\(source), inputs: [\(inputs)]}"),
            "stacks/network.yaml": definition("network", "{\(network)}"),
        ])
        let loaded = loadProject(tree)
        return loaded.diagnostics + checkModules(of: loaded.soundStacks, in: loaded, tree: tree)
    }

    private func definition(_ name: String, _ spec: String) -> String {
        "apiVersion: stacks.fleet/v1alpha1\nkind: InfrastructureStack\nmetadata: {name: \(name)}\nspec: \(spec)\n"
    }

    @Test func `a required variable that an input gives is not missing`() {
        #expect(problems(inputs: "{variable: vpc_id, from: {stack: network, output: vpc_id}}") == [])
    }

    @Test func `an input's variable that the module lacks is told with the nearest name`() throws {
        let found = problems(inputs: "{variable: vpcid, from: {stack: network, output: vpc_id}}")
        #expect(
            found.map(\.description) == [
                "stacks/cluster.yaml:4:51: error: the module `modules/cluster` declares no variable `vpcid`",
                "stacks/cluster.yaml:3:18: error: variable `vpc_id` is not set",
            ])
        #expect(found.first?.hint == "did you mean `vpc_id`?")
        #expect(found.first?.excerpt?.contains("vpcid") == true)
    }

    @Test func `an output that the other stack lacks is told with the way to it, the nearest one and all there are`() {
        let found = problems(inputs: "{variable: vpc_id, from: {stack: network, output: vpcid}}")
        #expect(
            found.map(\.description) == [
                "stacks/cluster.yaml:4:51: error: `cluster` → `network`: "
                    + "the module `modules/network` declares no output `vpcid`"
            ])
        #expect(found.first?.notes.map(\.message) == ["it declares `subnet_ids`, `vpc_id`"])
        #expect(found.first?.hint == "did you mean `vpc_id`?")
    }

    @Test func `a module without outputs is told as one`() {
        let found = problems(inputs: "{variable: vpc_id, from: {stack: network, output: id}}", outputs: "")
        #expect(found.map(\.hint) == ["it declares none"])
        #expect(found.first?.notes == [])
    }

    @Test(arguments: [
        "git: {url: \"https://example.com/x\", ref: main, folder: x}",
        "template: {name: net, version: 1.0.0, source: \"https://example.com/net.tar.gz\"}",
    ])
    func `nothing is said of an output of a module that is not here`(network: String) {
        #expect(
            problems(inputs: "{variable: vpc_id, from: {stack: network, output: nothing}}", network: network) == [])
    }

    @Test func `a module that cannot be read is told of its own stack, not of those that take from it`() {
        let found = problems(
            inputs: "{variable: vpc_id, from: {stack: network, output: vpc_id}}", outputs: "output \"x\" {")
        #expect(found.map(\.location?.file) == ["modules/network/main.tf"])
    }
}
