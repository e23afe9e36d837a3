import Definitions
import Diagnostics
import JSON
import ModuleInterface
import Templates
import Testing

/// Which variables a module gets, from where, and how they are written.
struct AssignedVariablesTests {
    private static let files = [
        "templates/app/template.yaml": template(
            "1.0.0",
            """
              parameters:
              - {name: size, type: ENUM, values: [small, large], default: small}
              - {name: zone, type: STRING, default: a}
              - {name: nodes, type: INT, default: 3, condition: {field: size, operation: EQ, value: large}}
              defaults: {owner: template, team: template}
            """),
        "templates/app/main.tf": ["size", "zone", "nodes", "owner", "team"].map { "variable \"\($0)\" {}\n" }.joined(),
    ]

    private func assigned(_ variables: String) throws -> [String: Located<ValueSource>] {
        let sample = try SampleProject("{template: {name: app}, variables: \(variables)}", files: Self.files)
        return assignedVariables(of: sample.stack, in: sample.project)
    }

    @Test func `the stack's variables win over the template's defaults and over those of its parameters`() throws {
        let values = try assigned("{owner: stack, zone: b, size: large, nodes: 5}").mapValues {
            $0.value.literal?.json()
        }
        #expect(values == ["owner": "stack", "team": "template", "zone": "b", "size": "large", "nodes": 5])
    }

    @Test func `a default counts where the parameter is asked for`() throws {
        #expect(try assigned("{size: large}")["nodes"]?.value.literal?.json() == 3)
        #expect(try assigned("{}").keys.sorted() == ["owner", "size", "team", "zone"])
        #expect(try assigned("{size: small}")["nodes"] == nil)
    }

    @Test func `each variable knows where it was written`() throws {
        let places = try assigned("{zone: b}").mapValues { "\($0.location.file):\($0.location.line)" }
        #expect(
            places == [
                "zone": "stacks/dev.yaml:4", "size": "templates/app/template.yaml:7",
                "owner": "templates/app/template.yaml:10", "team": "templates/app/template.yaml:10",
            ])
    }

    @Test func `without a template the stack's own variables are all`() throws {
        let sample = try SampleProject("{path: templates/app, variables: {zone: b}}", files: Self.files)
        #expect(assignedVariables(of: sample.stack, in: sample.project).keys.sorted() == ["zone"])
    }

    private func check(_ sample: SampleProject) throws -> [Diagnostic] {
        checkVariables(
            of: sample.stack, in: sample.project, assigned: assignedVariables(of: sample.stack, in: sample.project),
            module: try sample.resolve().interface)
    }

    @Test func `variables that the module lacks or misses are told with their places and the nearest names`() throws {
        let sample = try SampleProject(
            "{path: modules/app, variables: {regoin: eu, nodes: 3}}",
            files: ["modules/app/main.tf": "variable \"region\" {}\nvariable \"nodes\" {}\n"])
        let problems = try check(sample)
        #expect(
            problems.map(\.description) == [
                "stacks/dev.yaml:4:47: error: the module `modules/app` declares no variable `regoin`",
                "stacks/dev.yaml:3:18: error: variable `region` is not set",
            ])
        #expect(
            problems.map(\.hint) == [
                "did you mean `region`?",
                "add it to `spec.variables`; the module `modules/app` gives it no default",
            ])
    }

    @Test func `a template's default that its module does not declare is told in the template`() throws {
        var files = Self.files
        files["templates/app/main.tf"] = files["templates/app/main.tf"]?.replacing("\"team\"", with: "\"teams\"")
        let problems = try check(
            try SampleProject("{template: {name: app}, variables: {nodes: 1, teams: x}}", files: files))
        #expect(
            problems.map(\.description) == [
                "templates/app/template.yaml:10:37: error: the default of `team` has no variable in the module"
            ])
        #expect(problems.first?.hint == "did you mean `teams`?")
    }

    @Test func `in Plural's group a variable too many is a warning, one too few stays an error`() throws {
        let sample = try SampleProject(
            "{type: TERRAFORM, git: {url: u, ref: main, folder: x}, variables: {more: 1}}",
            header: SampleProject.plural, files: ["modules/app/main.tf": "variable \"region\" {}\n"])
        let module = try ModuleInterface.read(folder: "modules/app", in: sample.tree)
        let problems = checkVariables(
            of: sample.stack, in: sample.project, assigned: assignedVariables(of: sample.stack, in: sample.project),
            module: module)
        #expect(problems.map(\.severity) == [.warning, .error])
    }

    @Test(arguments: [
        ("string", "1.30", #""1.30""#), ("number", "1.30", "1.3"), ("any", "true", "true"), ("bool", "true", "true"),
        ("list(string)", "[1.30, true]", #"["1.30","true"]"#), ("set(string)", "[1.30]", #"["1.30"]"#),
        ("map(list(string))", "{a: [1.30]}", #"{"a":["1.30"]}"#),
        (
            "object({ version = string, count = number })", "{version: 1.30, count: 1}",
            #"{"count":1,"version":"1.30"}"#
        ),
        ("object({ v = optional(string) })", "{v: 1.30, more: 2}", #"{"more":2,"v":"1.30"}"#),
    ])
    func `a plain scalar is text where the module wants a string`(
        type: String, literal: String, json: String
    ) throws {
        let sample = try SampleProject(
            "{path: modules/app, variables: {v: \(literal)}}",
            files: ["modules/app/main.tf": "variable \"v\" {\n  type = \(type)\n}\n"])
        let variable = try #require(try sample.resolve().interface.variables["v"])
        #expect(sample.stack.variables["v"]?.value.literal?.json(as: variable.type.expected).text == json)
    }
}
