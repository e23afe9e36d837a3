import Diagnostics
import FoundationEssentials
import JSON
import Testing

@testable import YAML

struct YAMLParserTests {
    private func parse(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLStream {
        parseYAML(Data(text.utf8), file: "a.yaml", limits: limits)
    }

    private func messages(_ stream: YAMLStream) -> [String] { stream.diagnostics.map(\.description) }

    @Test func `every value knows its line, column and length`() throws {
        let root = try #require(parse("a: 1\nb:\n  - \"ü\": yes it is\n").documents.first?.root)
        #expect(root["a"]?.location == SourceLocation(file: "a.yaml", line: 1, column: 4, length: 1))
        let item = try #require(root["b"]?.sequence?.first?.mapping?.first)
        #expect(item.keyLocation == SourceLocation(file: "a.yaml", line: 3, column: 5, length: 3))
        #expect(item.value.location == SourceLocation(file: "a.yaml", line: 3, column: 10, length: 9))
    }

    @Test func `several documents are read, an empty one has a null root`() {
        let documents = parse("a: 1\n---\n---\nb: 2\n").documents
        #expect(documents.map { $0.root.isNull } == [false, true, false])
    }

    @Test func `an empty file has no documents`() {
        #expect(parse("").documents.isEmpty)
        #expect(parse("# only a comment\n").documents.isEmpty)
    }

    @Test func `a duplicate key is an error at the second, and names the first`() {
        let stream = parse("a: 1\nb: 2\na: 3\n")
        #expect(messages(stream) == ["a.yaml:3:1: error: the key `a` is given twice"])
        #expect(stream.diagnostics.first?.excerpt == "a: 3")
        #expect(stream.diagnostics.first?.notes.first?.location?.line == 1)
    }

    @Test(arguments: [
        ("a:\n\tb: 1\n", "a.yaml:2:1: error: a tab cannot indent a line"),
        ("a: b: c\n", "a.yaml:1:5: error: a second `: ` cannot stand here"),
        ("a: 'x\n", "a.yaml:1:4: error: the quote that begins here is never closed"),
        ("a: [1, 2\n", "a.yaml:2:1: error: `,` or `]` is expected here"),
        ("a: @x\n", "a.yaml:1:4: error: this character cannot begin a value"),
        ("a: 1\n b: 2\n", "a.yaml:2:3: error: a second `: ` cannot stand here"),
        ("a: *b\n", "a.yaml:1:4: error: the alias `*b` names no anchor that is complete before it"),
        ("? [a]\n: 1\n", "a.yaml:1:3: error: a key must be text, not a list or a mapping"),
        ("a: &a [*a]\n", "a.yaml:1:8: error: the alias `*a` names no anchor that is complete before it"),
        ("a: \"\u{1}\"\n", "a.yaml:1:5: error: the control character U+0001 is not allowed"),
    ])
    func `a mistake is told in words with its place`(text: String, message: String) {
        #expect(messages(parse(text)) == [message])
    }

    @Test func `after a syntax error the next documents are still read`() {
        let stream = parse("a: 1\n---\nb: [1\n---\nc: 3\n---\nd: 'x\n---\ne: 5\ne: 6\n")
        #expect(stream.documents.compactMap { $0.root.mapping?.first?.key } == ["a", "c", "e"])
        #expect(stream.diagnostics.compactMap(\.location?.line) == [4, 7, 10])
        #expect(stream.diagnostics.map(\.excerpt) == ["---", "d: 'x", "e: 6"])
    }

    @Test func `bytes that are no UTF-8 are named with their place`() {
        let stream = parseYAML(Data([0x61, 0x3A, 0x20, 0xFF, 0x0A]), file: "a.yaml")
        #expect(messages(stream) == ["a.yaml:1:4: error: the file is not UTF-8: the byte 0xFF cannot stand here"])
    }

    @Test func `a byte order mark does not move columns`() {
        let stream = parseYAML(Data([0xEF, 0xBB, 0xBF] + Array("a: 1\n".utf8)), file: "a.yaml")
        #expect(stream.documents.first?.root["a"]?.location.column == 4)
    }

    @Test func `lines are those of every kind of line end`() {
        let text = SourceText(Data("a\r\nbü\rc\u{2028}d\u{85}\n\ne".utf8))
        #expect((1...8).map(text.line) == ["a", "bü", "c", "d", "", "", "e", nil])
        #expect(text.position(ofByte: 6) == (2, 3))
        #expect(SourceText(Data(repeating: 0x61, count: 1_001)).line(1) == nil)
        #expect(SourceText(Data()).line(1)?.isEmpty == true)
    }

    @Test func `an alias bomb is refused without being written out`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [\((0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))]\n"
        }
        #expect(
            parse(text).diagnostics.map(\.message) == [
                "the file holds more than 100000 values once its aliases are written out"
            ])
    }

    @Test func `nesting is limited, also through aliases`() {
        let deep = String(repeating: "[", count: 101) + String(repeating: "]", count: 101)
        #expect(parse(deep).diagnostics.map(\.message) == ["values are nested more than 100 levels deep"])
        let half = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        let nested = "a: &a \(half)\nb: \(String(repeating: "[", count: 60))*a\(String(repeating: "]", count: 60))\n"
        #expect(parse(nested).diagnostics.map(\.message) == ["values are nested more than 100 levels deep"])
    }

    @Test func `a large file is refused by its size`() {
        #expect(
            messages(parse("a: 1\n", limits: YAMLLimits(bytes: 4)))
                == ["a.yaml:1:1: error: the file has 5 bytes; at most 4 are read"])
    }

    @Test func `merge keys of YAML 1.1 lose to own keys, and are an error in ours`() throws {
        let text = "base: &b {x: 1, w: 2}\nother: &o {w: 3, z: 4}\nall:\n  <<: [*b, *o]\n  x: 9\n"
        let root = try #require(parse(text).documents.first?.root)
        #expect(root.mergingKeys().node["all"]?.json(.yaml11) == ["x": 9, "w": 2, "z": 4])
        #expect(
            root.problems(.core12).map(\.description)
                == ["a.yaml:4:3: error: merge keys (`<<`) are not read here"])
    }

    @Test(arguments: 0..<40)
    func `random bytes and mutated files never crash`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let sample = Array(
            "a: &x [1, 'two', \"th\\u0072ee\"]\n---\nb:\n  - {c: *x, <<: *x}\n  - |\n    text\nkey: !!str 1\n".utf8)
        for _ in 0..<200 {
            var bytes = sample
            if Bool.random(using: &generator) {
                bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
            }
            for _ in 0..<Int.random(in: 1..<6, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = Array("[]{}&*!|>-:?,#'\"% \n\t\0\r".utf8).randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: index)
                default: bytes.insert(bytes[Int.random(in: bytes.indices, using: &generator)], at: index)
                }
            }
            let stream = parseYAML(Data(bytes), file: "fuzz.yaml")
            for document in stream.documents {
                _ = document.root.mergingKeys().node.problems(.core12) + document.root.problems(.yaml11)
                _ = YAMLWriter.text(YAMLContent(document.root, .core12))
            }
            #expect(stream.diagnostics.allSatisfy { $0.location != nil }, "seed \(seed)")
        }
    }
}

/// SplitMix64: small, and the same numbers for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
