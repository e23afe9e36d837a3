import Diagnostics
import FoundationEssentials
import Testing

@testable import Terminal

struct DiagnosticRendererTests {
    private func text(_ diagnostics: Diagnostic..., width: Int = 80) -> String {
        DiagnosticRenderer(width: width).lines(DiagnosticList(diagnostics)).map(\.text).joined(separator: "\n")
    }

    private func excerpt(_ line: String, column: Int, length: Int = 1, width: Int = 80) -> [String] {
        let place = SourceLocation(file: "a.yaml", line: 7, column: column, length: length)
        return Excerpt(line: line, location: place, width: width).lines.map(\.text)
    }

    @Test func `place, message, line, carets, notes, hint`() {
        let diagnostic = Diagnostic(
            .error, "unknown field `varaibles`",
            at: SourceLocation(file: "stacks/dev.yaml", line: 12, column: 3, length: 9), excerpt: "  varaibles:",
            notes: [
                .init("fields are checked", at: SourceLocation(file: "stack.yaml", line: 1, column: 1)), .init("b"),
            ],
            hint: "did you mean `variables`?")
        #expect(
            text(diagnostic) == """
                stacks/dev.yaml:12:3: error: unknown field `varaibles`
                  12 │   varaibles:
                     │   ^^^^^^^^^
                stack.yaml:1:1: note: fields are checked
                note: b

                hint: did you mean `variables`?
                """)
    }

    @Test func `several are sorted by place and counted`() {
        let later = SourceLocation(file: "b.yaml", line: 2, column: 1)
        let earlier = SourceLocation(file: "a.yaml", line: 9, column: 1)
        #expect(
            text(.error("second", at: later), .warning("first", at: earlier), .error("nowhere")) == """
                error: nowhere

                a.yaml:9:1: warning: first

                b.yaml:2:1: error: second

                2 errors, 1 warning
                """)
    }

    @Test func `one alone is not counted`() {
        #expect(
            text(.error("no project here", hint: "run `stack init`")) == """
                error: no project here

                hint: run `stack init`
                """)
    }

    @Test func `a message of several lines goes on indented`() {
        #expect(
            text(.error("terraform failed:\nline one\n\nline two")) == """
                error: terraform failed:
                  line one

                  line two
                """)
    }

    @Test func `tabs move the carets as they move the text`() {
        #expect(excerpt("\ta\tb", column: 4) == ["  7 │     a   b", "    │         ^"])
        #expect(excerpt("a\tb", column: 2) == ["  7 │ a   b", "    │  ^^^"])
    }

    @Test func `wide and combining characters before the mistake`() {
        #expect(excerpt("漢字: x", column: 5) == ["  7 │ 漢字: x", "    │       ^"])
        #expect(excerpt("e\u{301}: x", column: 5) == ["  7 │ e\u{301}: x", "    │    ^"])
        #expect(excerpt("x: 漢字", column: 4, length: 2) == ["  7 │ x: 漢字", "    │    ^^^^"])
    }

    @Test(arguments: [(4, 1, "   ^"), (9, 3, "   ^"), (0, 1, "^"), (1, 99, "^^^"), (2, 0, " ^")])
    func `a place outside the line gets its caret at the nearest end`(column: Int, length: Int, carets: String) {
        #expect(excerpt("abc", column: column, length: length) == ["  7 │ abc", "    │ \(carets)"])
    }

    @Test func `an empty line has a gutter without trailing spaces`() {
        #expect(excerpt("", column: 1) == ["  7 │", "    │ ^"])
    }

    @Test func `hostile text in an excerpt is escaped and measured as shown`() {
        #expect(excerpt("\u{1B}[2J x", column: 6) == ["  7 │ \\u{1b}[2J x", "    │           ^"])
    }

    @Test func `a long line is cut around its mistake`() throws {
        let line = String(repeating: "a", count: 500) + "XYZ" + String(repeating: "b", count: 500)
        let lines = excerpt(line, column: 501, length: 3, width: 60)
        let caret = try #require(Array(lines[1]).firstIndex(of: "^"))
        #expect(lines.allSatisfy { displayWidth(of: $0) <= 60 })
        #expect(lines[0].hasPrefix("  7 │ …a"))
        #expect(lines[0].hasSuffix("b…"))
        #expect(lines[0].dropFirst(caret).hasPrefix("XYZb"))
        #expect(lines[1].hasSuffix(" ^^^"))
    }

    @Test(arguments: 0..<200) func `whatever the line and the place, it is one line and carets within the width`(
        seed: UInt64
    ) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [Unicode.Scalar] = [
            "a", " ", "\t", "漢", "\u{301}", "🚀", "\u{1B}", "\u{202E}", "\u{200D}", "\r", "é",
        ]
        var line = ""
        for _ in 0..<Int.random(in: 0..<200, using: &random) {
            line.unicodeScalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
        }
        let lines = excerpt(
            line, column: Int.random(in: -3..<220, using: &random), length: Int.random(in: -3..<220, using: &random),
            width: Int.random(in: 0..<120, using: &random))
        #expect(lines.count == 2, "seed \(seed)")
        #expect(lines[1].hasSuffix("^"), "seed \(seed)")
        #expect(lines.allSatisfy { displayWidth(of: $0) <= 125 && sanitized($0) == $0 }, "seed \(seed)")
    }

    @Test(.timeLimit(.minutes(1))) func `a line of megabytes is cut in no time`() {
        let line = String(repeating: "a\t", count: 1_000_000)
        #expect(excerpt(line, column: 1_999_999, width: 60)[1].hasSuffix("^"))
    }

    @Test func `in JSON`() throws {
        let diagnostic = Diagnostic(
            .warning, "old", at: SourceLocation(file: "a", line: 1, column: 2), excerpt: "x", notes: [.init("n")],
            hint: "h", outcome: .refused)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(DiagnosticPayload(diagnostic)), as: UTF8.self)
        #expect(
            text == #"{"excerpt":"x","hint":"h","location":{"column":2,"file":"a","length":1,"line":1},"#
                + #""message":"old","notes":[{"message":"n"}],"outcome":"refused","severity":"warning"}"#)
    }
}
