import Definitions
import Diagnostics
import JSON
import TestSupport
import Testing

@testable import Templates

@Suite struct FormTests {
    /// The parameters of a template, from the YAML of its list.
    private func parameters(_ yaml: String) throws -> [TemplateParameter] {
        let lines = yaml.split(separator: "\n").map { "    \($0)\n" }.joined()
        let loaded = loadProject(
            MemoryTree(["templates/app/template.yaml": template("1.0.0", "  parameters:\n" + lines)]))
        try #require(loaded.diagnostics.isEmpty, "\(loaded.diagnostics)")
        return try #require(loaded.project.templates.first).parameters
    }

    private func form(_ yaml: String, clusters: [String] = ["prod-eu"], _ given: GivenAnswer...) throws -> Form {
        Form(try parameters(yaml), clusters: clusters, given: given)
    }

    /// `message | hint`
    private func texts(_ problems: [Diagnostic]) -> [String] {
        problems.map { $0.message + ($0.hint.map { " | \($0)" } ?? "") }
    }

    private static let typedAnswers: [(String, String, JSONValue)] = [
        ("{name: p, type: STRING}", "1.30", .string("1.30")),
        ("{name: p, type: STRING}", "", .string("")),
        ("{name: p, type: STRING}", "a=b", .string("a=b")),
        ("{name: p, type: INT}", "-3", -3),
        ("{name: p, type: BOOL}", "true", true),
        ("{name: p, type: JSON}", #"{"a": [1, "x"]}"#, ["a": [1, "x"]]),
        ("{name: p, type: ENUM, values: [small, large]}", "large", "large"),
        ("{name: p, type: PASSWORD}", "fromEnv:TOKEN", ["fromEnv": "TOKEN"]),
        ("{name: p, type: PASSWORD}", "fromFile:secrets/token", ["fromFile": "secrets/token"]),
        ("{name: p, type: CLUSTER}", "prod-eu", "prod-eu"),
        ("{name: p, type: PROJECT}", "Platform team", "Platform team"),
        ("{name: p, type: GROUP}", "admins", "admins"),
        ("{name: p, type: USER}", "a@example.com", "a@example.com"),
        ("{name: p, type: FLOW}", "web", "web"),
    ]

    @Test(arguments: typedAnswers)
    func `an answer has the type of its parameter`(parameter: String, text: String, value: JSONValue) throws {
        let form = try form("- \(parameter)", GivenAnswer(assignment: "p=\(text)", isJSON: false)!)
        #expect(texts(form.problems) == [])
        #expect(form.context == ["p": value])
        #expect(form.missingProblem == nil)
    }

    private static let answersInJSON: [(String, String, JSONValue)] = [
        ("{name: p, type: STRING}", "5", .string("5")),
        ("{name: p, type: INT}", "5", 5),
        ("{name: p, type: JSON}", "null", .null),
        ("{name: p, type: STRING}", #"{"fromEnv": "TOKEN"}"#, ["fromEnv": "TOKEN"]),
        ("{name: p, type: PASSWORD}", #"{"fromCommand": ["pass", "token"]}"#, ["fromCommand": ["pass", "token"]]),
        (
            "{name: p, type: PASSWORD}", #"{"secretKeyRef": {"name": "db", "key": "token"}}"#,
            ["secretKeyRef": ["name": "db", "key": "token"]]
        ),
    ]

    @Test(arguments: answersInJSON)
    func `an answer in JSON is that value, or says where it comes from`(
        parameter: String, text: String, value: JSONValue
    ) throws {
        let optional = parameter.replacing("}", with: ", optional: true}")
        let form = try form("- \(optional)", GivenAnswer("p", text, isJSON: true))
        #expect(texts(form.problems) == [])
        #expect(form.context == ["p": value])
    }

    @Test(arguments: [
        ("{name: p, type: INT}", "three", "`p` must be a whole number, not `three`"),
        ("{name: p, type: INT}", "1.5", "`p` must be a whole number, not `1.5`"),
        ("{name: p, type: BOOL}", "yes", "`p` must be `true` or `false`, not `yes`"),
        (
            "{name: p, type: JSON}", "a",
            #"`p` must be JSON, not `a` | lists look like `["a", "b"]`, texts stand in quotes: `"a"`"#
        ),
        (
            "{name: p, type: ENUM, values: [small, large]}", "smal",
            "`p` must be one of `small`, `large`, not `smal` | did you mean `small`?"
        ),
        (
            "{name: p, type: STRING, validation: {regex: '^[a-z]+$'}}", "A",
            "`p` must be text that matches `^[a-z]+$`, not `A`"
        ),
        ("{name: p, type: STRING, validation: {json: true}}", "{", "`p` must be JSON, not `{`"),
        (
            "{name: p, type: CLUSTER}", "prod-ue",
            "`p` must be the handle of a cluster of this project, not `prod-ue` | did you mean `prod-eu`?"
        ),
        ("{name: p, type: GROUP}", "", "`p` must be 1 to 253 characters without control characters, not ``"),
        (
            "{name: p, type: PASSWORD}", "hunter2",
            "`p` must be `fromEnv:NAME` or `fromFile:PATH`: where a run finds the password"
                + " | a password itself is never taken: it would be written to a file in clear text"
        ),
    ])
    func `a wrong answer says what was given and what is allowed`(
        parameter: String, text: String, expected: String
    ) throws {
        let form = try form("- \(parameter)", GivenAnswer("p", text))
        #expect(texts(form.problems) == [expected])
        #expect(form.problems.allSatisfy { $0.outcome == .usage && $0.notes.count == 1 })
        #expect(form.missingProblem == nil)
    }

    private let cloud = """
        - {name: provider, type: ENUM, values: [aws, sandbox], default: sandbox}
        - {name: account, type: STRING, documentation: Number of the account, condition: {field: provider, operation: EQ, value: aws}}
        - {name: size, type: INT}
        - {name: note, type: STRING, optional: true}
        """

    @Test func `everything that is wrong is told at once`() throws {
        let form = try form(
            cloud, GivenAnswer("size", "x"), GivenAnswer("siez", "1"), GivenAnswer("note", "a"),
            GivenAnswer("note", "b"), GivenAnswer("account", "1"))
        #expect(
            texts(form.problems) == [
                "`size` must be a whole number, not `x`", "there is no parameter `siez` | did you mean `size`?",
                "`note` is given twice",
                "`account` is only asked for when `provider` is `aws`; `provider` is `sandbox`"
                    + " | leave `account` out, or change `provider`",
            ])
    }

    @Test func `what is missing is one error that says what would answer it`() throws {
        let form = try form(cloud, GivenAnswer("provider", "aws"))
        let problem = try #require(form.missingProblem)
        #expect(
            texts([problem]) == [
                "`account`, `size` are missing | give `--set account=TEXT` `--set size=NUMBER`"
            ])
        #expect(problem.notes.map(\.message) == ["`account`: Number of the account", "`size`"])
        // A wrong answer is told as such, and what depends on it cannot be judged.
        #expect(try self.form(cloud, GivenAnswer("provider", "gcp"), GivenAnswer("account", "1")).problems.count == 1)
        #expect(try self.form(cloud, GivenAnswer("provider", "gcp")).missing.map(\.name.value) == ["size"])
    }

    @Test func `questions follow the answers before them, and a wrong answer is asked again`() throws {
        var form = try form(cloud)
        #expect(form.nextQuestion?.prompt == "provider [sandbox]:")
        #expect(form.nextQuestion?.introduction.map(\.text) == ["provider", "  one of aws, sandbox"])
        try form.reply("aws")
        #expect(form.nextQuestion?.prompt == "account:")
        #expect(form.nextQuestion?.introduction.map(\.text) == ["account: Number of the account"])
        #expect(throws: Diagnostic.error("`account` has no default; it needs an answer")) { try form.reply("") }
        try form.reply("1234")
        #expect(throws: Diagnostic.error("`size` must be a whole number", outcome: .usage)) { try form.reply("big") }
        try form.reply("3")
        #expect(form.nextQuestion?.prompt == "note (optional):")
        try form.reply("")
        #expect(form.nextQuestion == nil)
        #expect(form.answered.map(\.parameter.name.value) == ["provider", "account", "size"])
        #expect(form.context == ["provider": "aws", "account": "1234", "size": 3, "note": .null])
    }

    @Test func `a default that is left is no answer, but counts in conditions and for templates`() throws {
        var form = try form(cloud)
        try form.reply("")
        #expect(form.nextQuestion?.parameter.name.value == "size")
        try form.reply("1")
        #expect(form.answered.map(\.parameter.name.value) == ["size"])
        #expect(form.context == ["provider": "sandbox", "account": .null, "size": 1, "note": .null])
    }
}
