import Diagnostics
import Testing

@testable import Definitions

@Suite struct InputTests {
    private func loadStack(_ spec: String, template: String? = nil) -> LoadedProject {
        var files = ["stacks/net.yaml": stack("net")]
        if let template { files["templates/app/template.yaml"] = template }
        files["stacks/dev.yaml"] = stack(
            "dev", spec, source: template == nil ? "path: module" : "template: {name: app}")
        return load(files)
    }

    @Test func `a variable with a value and an input is an error that names both places`() {
        let loaded = loadStack("variables: {vpc: a}\ninputs: [{variable: vpc, from: {stack: net, output: id}}]")
        #expect(
            loaded.lines == ["stacks/dev.yaml:7:23: error: the variable `vpc` is given by an input and by a value"])
        #expect(loaded.diagnostics[0].notes.map(\.location) == [.init(file: "stacks/dev.yaml", line: 6, column: 20)])
    }

    @Test func `a variable with two inputs is an error that names both places`() {
        let loaded = loadStack(
            """
            inputs:
            - {variable: vpc, from: {stack: net, output: id}}
            - {variable: vpc, from: {stack: net, output: arn}}
            """)
        #expect(loaded.lines == ["stacks/dev.yaml:8:16: error: the variable `vpc` is given by two inputs"])
        #expect(loaded.diagnostics[0].notes.map(\.location?.line) == [7])
    }

    private static let template = """
        apiVersion: stacks.fleet/v1alpha1
        kind: StackTemplate
        metadata: {name: app}
        spec:
          version: 1.0.0
          parameters:
          - {name: vpc, type: STRING}
          - {name: mode, type: STRING, default: plain}
          - {name: size, type: STRING, default: small, condition: {field: mode, operation: EQ, value: big}}
          - {name: zone, type: STRING, condition: {field: mode, operation: EQ, value: big}}
          defaults: {owner: nobody}

        """

    @Test func `a parameter that an input gives is not missing, and its default is not used`() throws {
        let loaded = loadStack(
            """
            inputs:
            - {variable: vpc, from: {stack: net, output: id}}
            - {variable: mode, from: {stack: net, output: mode}}
            - {variable: zone, from: {stack: net, output: zone}}
            - {variable: owner, from: {stack: net, output: owner}}
            """, template: Self.template)
        #expect(loaded.lines == [])
        let stack = try #require(loaded.project.stack(named: "dev"))
        let template = try #require(loaded.project.template(of: stack))
        let inputs = Set(stack.inputs.map(\.value.variable))
        // Only the run knows `mode`: what depends on it is asked for.
        #expect(template.variables(with: stack.variables, inputs: inputs).keys.sorted() == ["size"])
    }

    @Test func `a parameter whose condition only the run knows is missed`() {
        let loaded = loadStack(
            """
            variables: {vpc: a}
            inputs: [{variable: mode, from: {stack: net, output: mode}}]
            """, template: Self.template)
        #expect(
            loaded.lines == [
                "stacks/dev.yaml:5:13: error: the template `app` needs the variable `zone`, which `dev` does not set"
            ])
    }
}
