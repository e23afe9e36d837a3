import Diagnostics
import Foundation
import JSON
import Testing

@testable import Plans

struct StateSerialTests {
    private func replaced(_ text: String) throws -> String {
        String(decoding: try TerraformState.replacingSerial(of: Data(text.utf8), with: 12), as: UTF8.self)
    }

    /// `#` is where the serial stands.
    @Test(arguments: [
        #"{"serial":#,"version":4,"lineage":"x"}"#,
        #"{"version":4,"lineage":"x","serial":#}"#,
        "{\r\n\t\"version\" : 4 ,\n \"serial\"\t:\r\n # \n,\"lineage\":\"x\"}\n",
        #"{"version":4,"lineage":"x","outputs":{"a":{"value":{"serial":7},"type":"number"}},"serial":#}"#,
        #"{"version":4,"lineage":"x","resources":[],"check_results":[{"serial":7},["serial",7]],"serial":#}"#,
        #"{"version":4,"lineage":"\"serial\":7","serial":#,"check_results":"serial"}"#,
        #"{"version":4,"lineage":"x\\","serial":#,"terraform_version":"{\"serial\":7"}"#,
        #"{"version":4,"lineage":"x","check_results":123456789012345678901234567890123456789012345678901,"serial":#}"#,
        #"{"version":4,"lineage":"[[{{\\\"","serial":#,"check_results":0.10e1}"#,
    ])
    func `the serial is replaced and nothing else`(text: String) throws {
        let file = text.replacing("#", with: "7")
        #expect(try replaced(file) == text.replacing("#", with: "12"))
    }

    @Test func `a state that has this serial stays as it is`() throws {
        let file = #"{"version":4,"lineage":"x","s\u0065rial":12}"#
        #expect(try replaced(file) == file)
    }

    @Test(arguments: [
        #"{"version":4,"lineage":"x","s\u0065rial":7}"#,
        #"{"version":4,"lineage":"x","serial":7,"serial":7}"#,
        #"{"version":4,"lineage":"x","serial":7,"serial":{}}"#,
    ])
    func `a serial that cannot be found for certain is an error`(file: String) {
        #expect { try replaced(file) } throws: {
            ($0 as? Diagnostic)?.message == "the `serial` of the state cannot be found"
        }
    }

    @Test func `what is no state is refused`() {
        #expect(throws: Diagnostic.self) { try replaced(#"{"version":4,"lineage":"x","serial":7"#) }
        #expect(throws: Diagnostic.self) { try replaced(#"{"version":4,"lineage":"x"}"#) }
    }

    @Test(arguments: Fixture.applied)
    func `a real state differs in one line`(fixture: Fixture) throws {
        let file = try fixture.data("terraform.tfstate")
        let serial = try StateHeader.decode(file).serial
        let result = try TerraformState.replacingSerial(of: file, with: 1234)
        let expected = String(decoding: file, as: UTF8.self)
            .replacing("\n  \"serial\": \(serial),\n", with: "\n  \"serial\": 1234,\n")
        #expect(String(decoding: result, as: UTF8.self) == expected)
    }

    @Test(arguments: 0..<40)
    func `in any document the one at the top is found`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var members = [#""version":4"#, #""lineage":"x""#].map { spaced($0) }
            for number in 0..<Int.random(in: 0..<5, using: &generator) {
                members.append(#""m\#(number)"\#(spaces(&generator)):"# + value(depth: 3, &generator))
            }
            members.shuffle(using: &generator)
            let place = Int.random(in: 0...members.count, using: &generator)
            func document(_ serial: String) -> String {
                var members = members
                members.insert(#""serial":"# + serial, at: place)
                return "{" + members.joined(separator: ",") + "}"
            }
            #expect(try replaced(document("7")) == document("12"), "seed \(seed)")
        }
        func spaced(_ text: String) -> String { spaces(&generator) + text + spaces(&generator) }
    }

    @Test(arguments: 0..<40)
    func `whatever the bytes are, nothing crashes, and a serial that is replaced is the wanted one`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let sample = Array(#"{"version":4,"serial":7,"a":["\"serial\":1",{"serial":2}],"lineage":"x"}"#.utf8)
        for _ in 0..<200 {
            var bytes = sample
            for _ in 0..<Int.random(in: 1..<6, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = Array("{}[]\"\\:, \n7".utf8).randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: index)
                case 2: bytes.removeSubrange(index...)
                default: bytes.insert(bytes[Int.random(in: bytes.indices, using: &generator)], at: index)
                }
            }
            let place = rangeOfValue(of: "serial", in: bytes)
            #expect(place.map { $0.upperBound <= bytes.count && !$0.isEmpty } ?? true, "seed \(seed)")
            guard let result = try? TerraformState.replacingSerial(of: Data(bytes), with: 12) else { continue }
            #expect(try StateHeader.decode(result).serial == 12, "seed \(seed)")
        }
    }

    private func spaces(_ generator: inout SeededGenerator) -> String {
        String((0..<Int.random(in: 0..<3, using: &generator)).map { _ in " \t\r\n".randomElement(using: &generator)! })
    }

    /// JSON that is full of what could be taken for the serial.
    private func value(depth: Int, _ generator: inout SeededGenerator) -> String {
        let texts = [
            #""serial""#, #""\"serial\":7""#, #""a\\""#, #""\\\"{[""#, "12", "-0.5e3", "null", #""]},""#,
            "123456789012345678901234567890123456789012345",
        ]
        guard depth > 0, Int.random(in: 0..<3, using: &generator) > 0 else {
            return texts.randomElement(using: &generator)!
        }
        let values = (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
            spaces(&generator) + value(depth: depth - 1, &generator) + spaces(&generator)
        }
        guard Bool.random(using: &generator) else { return "[" + values.joined(separator: ",") + "]" }
        let keys = ["serial", #"\"serial"#, #"k\\"#]
        return "{" + zip(keys, values).map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
