import Definitions
import Diagnostics
import ModuleInterface
import Templates
import Testing

/// What a template's form says against what its module declares.
struct FormCheckTests {
    private func sample(_ spec: String, module: String) throws -> (TemplateDefinition, ModuleInterface) {
        let sample = try SampleProject(
            "{template: {name: app}, variables: {size: small, zone: a}}",
            files: ["templates/app/template.yaml": template("1.0.0", spec), "templates/app/main.tf": module])
        return (try #require(sample.project.templates.first), try sample.resolve().interface)
    }

    @Test func `a parameter without a variable is an error at the parameter, with the nearest name`() throws {
        let (template, module) = try sample(
            "  parameters:\n  - {name: size, type: STRING}\n  - {name: zone, type: STRING}\n",
            module: "variable \"size\" {}\nvariable \"zones\" {}\n")
        let problems = checkForm(of: template, module: module)
        #expect(
            problems.map(\.description) == [
                "templates/app/template.yaml:8:12: error: the parameter `zone` has no variable in the module"
            ])
        #expect(problems.map(\.hint) == ["did you mean `zones`?"])
    }

    @Test func `outputs and variables that the template names have to be there`() throws {
        let (template, module) = try sample(
            "  cluster: {outputs: {endpoint: endpont}}\n  upgrade: {controlPlaneVariable: version}\n",
            module: "variable \"size\" {}\noutput \"endpoint\" {\n  value = 1\n}\n")
        let problems = checkForm(of: template, module: module)
        #expect(
            problems.map(\.message) == [
                "`spec.upgrade` names the variable `version`, which the module does not have",
                "`spec.cluster.outputs.endpoint` names the output `endpont`, which the module does not have",
            ])
        #expect(problems.map(\.hint) == ["it has `size`", "did you mean `endpoint`?"])
    }

    @Test func `what no stack could set right is an error of the template`() throws {
        let (template, module) = try sample(
            """
              parameters:
              - {name: size, type: STRING}
              - {name: zone, type: STRING, optional: true}
              - {name: count, type: INT, default: 1, condition: {field: size, operation: EQ, value: large}}
              defaults: {owner: me}

            """,
            module: ["size", "zone", "count", "owner", "team"].map { "variable \"\($0)\" {}\n" }.joined())
        #expect(
            checkCoverage(of: template, module: module).map(\.message) == [
                "the parameter `count` may be left out, but its variable has no default",
                "the variable `team` has no default, and no parameter asks for it",
                "the parameter `zone` may be left out, but its variable has no default",
            ])
    }
}
