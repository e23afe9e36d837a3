import Diagnostics
import FoundationEssentials
import JSON
import Testing

@testable import YAML

struct YAMLSchemaTests {
    private func number(_ text: String) -> JSONValue { .number(Decimal(string: text) ?? .nan) }

    @Test(arguments: [
        ("", JSONValue.null), ("~", .null), ("null", .null), ("true", true), ("False", false), ("1", 1), ("-12", -12),
        ("+3", 3), ("0", 0), ("0x1F", 31), ("text", "text"), ("1.2.3", "1.2.3"), ("2026-11-21", "2026-11-21"),
        ("8080:80", "8080:80"), ("a:b", "a:b"), ("-", "-"), (".", "."), ("nope", "nope"), ("0x", "0x"),
        ("12345678901234567890", .number(Decimal(string: "12345678901234567890") ?? 0)),
        ("y", "y"), ("N", "N"), ("1_000abc", "1_000abc"), ("--1", "--1"), ("10.0.0.0/16", "10.0.0.0/16"), ("1e", "1e"),
    ])
    func `the core schema types what both versions of YAML agree on`(text: String, value: JSONValue) {
        #expect(YAMLSchema.core12.read(plain: text) == .value(value))
    }

    @Test func `floats keep their digits`() {
        #expect(YAMLSchema.core12.read(plain: "1.30") == .value(number("1.3")))
        #expect(YAMLSchema.core12.read(plain: ".5") == .value(number("0.5")))
        #expect(YAMLSchema.core12.read(plain: "-1.5e+3") == .value(number("-1500")))
    }

    @Test(arguments: [
        "yes", "No", "on", "OFF", "012", "-007", "089", "012345678901", "1_000", "1_0.5", "0b101", "0o17",
        "0x_1F", "+0x1f", "1:30", "190:20:30", "1:30.5", "1e3", "1.5e3",
    ])
    func `what YAML 1.1 reads otherwise is refused`(text: String) {
        guard case .ambiguous = YAMLSchema.core12.read(plain: text) else {
            Issue.record("`\(text)` is read as \(YAMLSchema.core12.read(plain: text))")
            return
        }
    }

    @Test(arguments: [".inf", "-.INF", ".nan", "12e4567", "123456789012345678901234567890123456789"])
    func `numbers that cannot be kept are refused`(text: String) {
        guard case .unsupported = YAMLSchema.core12.read(plain: text) else {
            Issue.record("`\(text)` is read as \(YAMLSchema.core12.read(plain: text))")
            return
        }
    }

    @Test(arguments: [
        ("yes", JSONValue.bool(true)), ("off", false), ("012", 10), ("089", 89), ("1_000", 1000), ("0b101", 5),
        ("0x1f", 31),
        ("-0x10", -16), ("1:30", "1:30"), ("1e3", 1000), ("text", "text"), ("2026-11-21", "2026-11-21"), ("0o17", 15),
    ])
    func `Plural's group reads YAML 1.1`(text: String, value: JSONValue) {
        #expect(YAMLSchema.yaml11.read(plain: text) == .value(value))
    }

    private func problems(_ text: String) -> [String] {
        let documents = parseYAML(Data(text.utf8), file: "a.yaml").documents
        return documents.flatMap { $0.root.problems(.core12).map(\.description) }
    }

    @Test func `an ambiguous scalar asks for quotes, as a key too`() {
        #expect(
            problems("a: yes\non: 1\n\"off\": 'no'\n") == [
                "a.yaml:1:4: error: `yes` is text in YAML 1.2 and `true` in YAML 1.1",
                "a.yaml:2:1: error: `on` is text in YAML 1.2 and `true` in YAML 1.1",
            ])
        #expect(
            problems("a: 012\nb: 1_000\n") == [
                "a.yaml:1:4: error: `012` is `12` in YAML 1.2 and the number 10 in YAML 1.1",
                "a.yaml:2:4: error: `1_000` is text in YAML 1.2 and the number 1000 in YAML 1.1",
            ])
    }

    @Test func `tags of the core schema are followed, others are an error`() throws {
        #expect(problems("a: !Ref x\n") == ["a.yaml:1:4: error: the tag `!Ref` is not known here"])
        let root = try #require(
            parseYAML(Data("a: !!str 012\nb: !!int \"7\"\nc: ! 1\n".utf8), file: "a.yaml").documents.first?.root)
        #expect(root.problems(.core12).isEmpty)
        #expect(root.json(.core12) == ["a": "012", "b": 7, "c": "1"])
    }
}
