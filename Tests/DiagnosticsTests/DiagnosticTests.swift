import Diagnostics
import Testing

struct DiagnosticTests {
    @Test(arguments: [
        ("varaibles", "variables"), ("kubernets_version", "kubernetes_version"), ("regoin", "region"),
        ("tempalte", "template"),
    ])
    func `a misspelt word finds its neighbour`(word: String, expected: String) {
        let known = ["variables", "kubernetes_version", "region", "template", "name"]
        #expect(suggestion(for: word, among: known) == expected)
    }

    @Test func `a word that is near to nothing gets no suggestion`() {
        #expect(suggestion(for: "colour", among: ["variables", "region"]) == nil)
        #expect(suggestion(for: "x", among: []) == nil)
    }

    @Test(arguments: [
        ("fleet", "fleet"), ("a/b-c_d.e", "a/b-c_d.e"), ("", "''"), ("two words", "'two words'"),
        ("$(touch x)", "'$(touch x)'"), ("~root", "'~root'"), (#"a["it's"]"#, #"'a["it'\''s"]'"#),
    ])
    func `a word of a hint is one word to a shell`(word: String, expected: String) {
        #expect(word.shellWord == expected)
    }

    @Test func `problems are sorted by place, those without one first`() {
        let late = Diagnostic.error("late", at: SourceLocation(file: "a.yaml", line: 9, column: 1))
        let early = Diagnostic.error("early", at: SourceLocation(file: "a.yaml", line: 2, column: 7))
        let nowhere = Diagnostic.warning("nowhere")
        #expect(
            DiagnosticList([late, nowhere, early]).sorted().diagnostics.map(\.message) == ["nowhere", "early", "late"])
    }

    @Test func `one line names place, severity and message`() {
        let problem = Diagnostic.error(
            "unknown field `x`", at: SourceLocation(file: "stacks/dev.yaml", line: 3, column: 5))
        #expect("\(problem)" == "stacks/dev.yaml:3:5: error: unknown field `x`")
    }
}
