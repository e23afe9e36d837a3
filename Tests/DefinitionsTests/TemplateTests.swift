import Diagnostics
import JSON
import Testing

@testable import Definitions

struct TemplateTests {
    private func template(
        _ version: String = "1.4.0", name: String = "eks", parameters: String = "", rest: String = ""
    ) -> String {
        """
        apiVersion: stacks.fleet/v1alpha1
        kind: StackTemplate
        metadata: {name: \(name)}
        spec:
          version: \(version)
          parameters:
          - {name: region, type: ENUM, values: [us-east-1, eu-west-1]}
          - {name: kubernetes_version, type: STRING, default: 1.32, validation: {regex: '^1\\.\\d+$'}}
          - {name: profile, type: ENUM, values: [minimal, standard], default: standard}
          - {name: node_count, type: INT, condition: {field: profile, operation: NOT, value: minimal}}
          - {name: token, type: PASSWORD, optional: true}
        \(parameters)
          defaults: {tags: {managed-by: stack}}
        \(rest)

        """
    }

    private func loadStack(
        _ variables: String, template text: String? = nil, reference: String = "{name: eks}"
    ) -> LoadedProject {
        load([
            "templates/eks/template.yaml": text ?? template(),
            "stacks/a.yaml": stack("dev", "variables: \(variables)", source: "template: \(reference)"),
        ])
    }

    @Test func `defaults, parameters and the stack's variables make one set`() throws {
        let loaded = loadStack("{region: eu-west-1, node_count: 3}")
        #expect(loaded.lines == [])
        let stack = try #require(loaded.project.stacks.first)
        let template = try #require(loaded.project.templates.first)
        #expect(template.folder == "templates/eks")
        let variables = template.variables(with: stack.variables).mapValues { $0.value.literal?.json(as: .string) }
        #expect(
            variables == [
                "region": "eu-west-1", "node_count": "3", "kubernetes_version": "1.32", "profile": "standard",
                "tags": ["managed-by": "stack"],
            ])
    }

    @Test(arguments: [
        ("{node_count: 3}", "5:13: error: the template `eks` needs the variable `region`, which `dev` does not set"),
        (
            "{region: eu-west-1}",
            "5:13: error: the template `eks` needs the variable `node_count`, which `dev` does not set"
        ),
        (
            "{region: eu-west-2, node_count: 1}",
            "6:23: error: `region` must be one of `us-east-1`, `eu-west-1`, not `eu-west-2`"
        ),
        ("{region: eu-west-1, node_count: 1.5}", "6:46: error: `node_count` must be a whole number, not `1.5`"),
        ("{region: eu-west-1, node_count: [1]}", "6:46: error: `node_count` must be a whole number"),
        (
            "{region: eu-west-1, node_count: 1, kubernetes_version: v1.3}",
            "6:69: error: `kubernetes_version` must be text that matches `^1\\.\\d+$`, not `v1.3`"
        ),
        (
            "{region: eu-west-1, node_count: 1, token: geheim}",
            "6:56: warning: `token` is a password and stands here in clear text"
        ),
    ])
    func `a stack's variables are checked against the form`(variables: String, line: String) {
        #expect(loadStack(variables).lines == ["stacks/a.yaml:\(line)"])
    }

    @Test func `a parameter is asked for only where its condition holds`() {
        #expect(loadStack("{region: eu-west-1, profile: minimal}").lines == [])
    }

    @Test func `a secret is not looked into`() {
        #expect(loadStack("{region: {fromEnv: REGION}, node_count: {fromEnv: COUNT}}").lines == [])
    }

    @Test func `the newest version that fits is taken`() throws {
        let files = [
            "templates/eks/1.3/template.yaml": template("1.3.0"), "templates/eks/1.4/template.yaml": template("1.4.2"),
            "templates/eks/2/template.yaml": template("2.0.0-rc.1"),
        ]
        let project = load(files).project
        func version(_ constraint: String?) throws -> String? {
            let reference = TemplateReference(
                name: "eks", wanted: try constraint.map { .range(try VersionConstraint($0)) } ?? .newest, source: nil,
                digest: nil)
            return project.template(for: reference)?.version.description
        }
        #expect(try version(nil) == "1.4.2")
        #expect(try version("~> 1.3.0") == "1.3.0")
        #expect(try version("2.0.0-rc.1") == "2.0.0-rc.1")
        #expect(try version(">= 2") == nil)
    }

    @Test(arguments: [
        ("{name: eks, version: ~> 2.0}", "the template `eks` has no version that fits `~> 2.0`", "there is `1.4.0`"),
        ("{name: ekss}", "there is no template `ekss`", "did you mean `eks`?"),
    ])
    func `a template that is not there is an error`(reference: String, message: String, hint: String) {
        let loaded = loadStack("{}", reference: reference)
        #expect(loaded.diagnostics.map(\.message) == [message])
        #expect(loaded.hints == [hint])
    }

    @Test func `the same version twice is an error`() {
        let loaded = load(["templates/a/template.yaml": template(), "templates/b/template.yaml": template()])
        #expect(
            loaded.lines == [
                "templates/b/template.yaml:3:18: error: there are two templates `eks` with the version 1.4.0"
            ])
    }

    @Test(arguments: [
        ("  - {name: region, type: STRING}", "12:12: error: the parameter `region` is declared twice"),
        (
            "  - {name: x, type: STING}",
            "12:21: error: `spec.parameters[5].type` must be one of `STRING`, `INT`, `BOOL`, `JSON`, `PASSWORD`, `ENUM`, `CLUSTER`, `PROJECT`, `GROUP`, `USER`, `FLOW`, not `STING`"
        ),
        ("  - {name: x, type: INT, default: a}", "12:35: error: the default of `x` must be a whole number"),
        ("  - {name: x, type: ENUM}", "12:5: error: an `ENUM` needs `values`"),
        (
            "  - {name: x, type: INT, condition: {field: profil, operation: EQ, value: a}}",
            "12:45: error: the condition of `x` asks for `profil`, which is no parameter"
        ),
        (
            "  - {name: tags, type: JSON, optional: true}",
            "13:14: error: `tags` is a parameter, so its default belongs there"
        ),
    ])
    func `a mistake in a template is told with its place`(parameter: String, line: String) {
        let loaded = load(["templates/eks/template.yaml": template(parameters: parameter)])
        #expect(loaded.lines == ["templates/eks/template.yaml:\(line)"])
    }

    @Test func `a pattern that is none, a missing scaffold file and a bad version are errors`() {
        let text = template("1.4", parameters: "  - {name: x, type: STRING, optional: true, validation: {regex: '('}}")
        #expect(
            load(["templates/eks/template.yaml": text]).diagnostics.map(\.message).first
                == "`spec.version` must be a semantic version like `1.4.0`, not `1.4`")
        #expect(load(["templates/eks/template.yaml": text]).diagnostics.count == 2)
        let scaffold = template(rest: "  scaffold: [{source: a.liquid, destination: \"stacks/x.yaml\"}]")
        #expect(
            load(["templates/eks/template.yaml": scaffold]).lines == [
                "templates/eks/template.yaml:14:23: error: there is no file `templates/eks/a.liquid`"
            ])
    }
}
