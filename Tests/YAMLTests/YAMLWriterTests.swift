import FoundationEssentials
import JSON
import Testing

@testable import YAML

struct YAMLWriterTests {
    @Test func `what would turn round or hide text is written as an escape`() {
        #expect(YAMLWriter.text(JSONValue.string("a\u{202E}b\u{2066}c")) == "\"a\\u202Eb\\u2066c\"\n")
        #expect(YAMLWriter.text(JSONValue.string("a\u{200D}b")) == "a\u{200D}b\n")
    }

    @Test func `a nested value is written in block style`() {
        let value: JSONValue = [
            "name": "prod", "empty": [:], "none": [], "nothing": .null, "list": [1, ["a": 1, "b": [true]], [2, 3]],
            "text": "one\n  two\n",
        ]
        #expect(
            YAMLWriter.text(value) == """
                empty: {}
                list:
                  - 1
                  - a: 1
                    b:
                      - true
                  - - 2
                    - 3
                name: prod
                none: []
                nothing: null
                text: |
                  one
                    two

                """)
    }

    @Test func `a number that was read stays as it was written`() throws {
        let stream = parseYAML(Data("b: 1.30\na: 0x1F\n".utf8), file: "a.yaml")
        let root = try #require(stream.documents.first?.root)
        #expect(YAMLWriter.text(YAMLContent(root, .core12)) == "b: 1.30\na: 0x1F\n")
    }

    @Test(arguments: [
        "yes", "n", "012", "1_000", "1:30", "1e3", "1.30", "", " a", "a ", "a: b", "a #b", "- a", "#", "*a", "&a", "!a",
        "%a",
        "@a", "`a", "<<", "=", "~", "null", "true", "2026-11-21", "---", "...", "a:", "[a]", "{", "'", "\"", "\t",
    ])
    func `text that may be read as something else is quoted`(text: String) throws {
        let written = YAMLWriter.text(JSONValue.object(["k": .string(text)]))
        #expect(written.hasPrefix("k: \""))
    }

    @Test(arguments: ["a", "eu-west-1", "a b", "http://x/y", "ü", "1.2.3", "10.0.0.0/16", "a'b", "nope"])
    func `plain text stays plain`(text: String) {
        #expect(YAMLWriter.text(JSONValue.object(["k": .string(text)])) == "k: \(text)\n")
    }

    @Test(arguments: 0..<60)
    func `what is written is read back, by both versions of YAML`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let value = randomValue(depth: 4, &generator)
            let text = YAMLWriter.text(value)
            let stream = parseYAML(Data(text.utf8), file: "a.yaml")
            #expect(stream.diagnostics.isEmpty, "seed \(seed): \(stream.diagnostics)\n\(text)")
            let root = try #require(stream.documents.first?.root)
            #expect(root.problems(.core12).isEmpty, "seed \(seed): \(text)")
            #expect(root.json(.core12) == value, "seed \(seed):\n\(text)")
            #expect(root.json(.yaml11) == value, "seed \(seed):\n\(text)")
        }
    }

    private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .number(Decimal(Int.random(in: -100_000...100_000, using: &generator)) / 100)
        case 3, 4: .string(randomText(&generator))
        case 5:
            .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in randomValue(depth: depth - 1, &generator) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
                        (randomText(&generator), randomValue(depth: depth - 1, &generator))
                    }
                ) { $1 })
        }
    }

    private func randomText(_ generator: inout SeededGenerator) -> String {
        let parts = [
            "a", "b", " ", "\n", "\t", ":", "#", "-", "1", "0", "_", ".", "e", "y", "n", "\"", "'", "\\", "[", "}", ",",
            "ü",
            "\u{301}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{1}", "😀", "|", ">", "\r", "?", "true", "~",
        ]
        let count = Int.random(in: 0..<9, using: &generator)
        return (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
    }
}
