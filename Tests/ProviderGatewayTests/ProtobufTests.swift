import TestSupport
import Testing

@testable import ProviderGateway

/// Writes protobuf messages, by the rules of https://protobuf.dev/programming-guides/encoding
enum Message {
    static func varint(_ value: UInt64) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
    }

    static func number(_ field: UInt64, _ value: UInt64) -> [UInt8] { varint(field << 3) + varint(value) }

    static func bytes(_ field: UInt64, _ content: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(UInt64(content.count)) + content
    }

    static func text(_ field: UInt64, _ text: String) -> [UInt8] { bytes(field, Array(text.utf8)) }

    /// An entry of a map from a name to a schema.
    static func schema(_ field: UInt64, _ name: String, _ schema: [UInt8]) -> [UInt8] {
        bytes(field, text(1, name) + bytes(2, schema))
    }
}

@Suite struct ProtobufTests {
    @Test func `the fields of a message are found with their places`() throws {
        let bytes =
            Message.number(1, 300) + [0x11] + [1, 0, 0, 0, 0, 0, 0, 0x80] + Message.text(3, "abc") + [0x25, 1, 2, 0, 0]
        let fields = try #require(ProtobufField.all(of: bytes[...]))
        #expect(fields.map(\.number) == [1, 2, 3, 4])
        #expect(fields.map(\.range) == [0..<3, 3..<12, 12..<17, 17..<22])
        #expect(
            fields.map(\.value) == [
                .number(300), .number(0x8000_0000_0000_0001), .content(14..<17), .number(0x0201),
            ])
    }

    @Test func `a message inside of another keeps the places of the outer one`() throws {
        let bytes = Message.bytes(2, Message.text(1, "name"))
        let outer = try #require(ProtobufField.all(of: bytes[...])?.first?.content)
        let inner = try #require(ProtobufField.all(of: bytes[outer])?.first?.content)
        #expect(String(decoding: bytes[inner], as: UTF8.self) == "name")
    }

    @Test func `an empty message has no fields`() { #expect(ProtobufField.all(of: []) == []) }

    @Test(
        arguments: [
            ("a length beyond the end", [0x0a, 5, 1, 2]),
            ("a length of 2^63", [0x0a] + Message.varint(1 << 63)),
            ("a length of 2^64 - 1", [0x0a] + Message.varint(.max)),
            ("a number that does not end", [0x08, 0x80, 0x80]),
            ("a number of eleven bytes", [0x08] + [UInt8](repeating: 0x80, count: 10) + [0]),
            ("a number of more than 64 bits", [0x08] + [UInt8](repeating: 0xff, count: 9) + [2]),
            ("the field 0", [0x00, 1]),
            ("a field of more than 29 bits", Message.varint(1 << 32) + [1]),
            ("half a fixed number", [0x0d, 1, 2, 3]),
            ("a group", [0x0b, 0x0c]),
            ("an unknown type", [0x0f]),
            ("a tag alone", [0x0a]),
        ] as [(String, [UInt8])])
    func `what is no message gives nothing`(what: String, bytes: [UInt8]) {
        #expect(ProtobufField.all(of: bytes[...]) == nil, "\(what)")
    }

    @Test func `broken messages are refused or read, and never a crash`() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed \(seed)")
        var generator = SeededGenerator(seed: seed)
        let whole = SchemaTests.example
        for _ in 0..<20_000 {
            var bytes = Array(whole.prefix(Int.random(in: 0...whole.count, using: &generator)))
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            guard let fields = ProtobufField.all(of: bytes[...]) else { continue }
            // Whatever is taken for fields is every byte, once.
            #expect(fields.flatMap { Array(bytes[$0.range]) } == bytes, "seed \(seed)")
            let schema = ProviderSchema(bytes)
            let cut = schema?.cut(to: ["aws_vpc"])
            #expect(cut.map { $0.count <= bytes.count } ?? true, "seed \(seed)")
            _ = schema?.isOptional
        }
    }
}

@Suite struct GRPCMessageTests {
    @Test func `a text for a header is written in ASCII`() {
        #expect(GRPCMessage.status("a b/~\n100 % ü") == "a b/~%0A100 %25 %C3%BC")
    }

    @Test(
        arguments: [
            ("abc", 3, "abc"), ("abcdefghijklmno", 12, "abc%E2%80%A6"), ("ab%0Aefghijklmno", 12, "ab%E2%80%A6"),
            ("a%0Aefghijklmnop", 12, "a%E2%80%A6"), ("%C3%BC%C3%BC%C3%BC", 17, "%C3%BC%E2%80%A6"),
            ("a%C3%BC%C3%BC%C3%BC", 15, "a%E2%80%A6"), ("a%F0%9F%8C%8A-----------", 20, "a%E2%80%A6"),
        ])
    func `a text for a header is shortened between two characters`(text: String, limit: Int, short: String) {
        #expect(GRPCMessage.shortened(text, to: limit) == short)
    }

    @Test func `a message is framed with its length`() {
        #expect(GRPCMessage.framed([1, 2, 3]) == [0, 0, 0, 0, 3, 1, 2, 3])
        let long = [UInt8](repeating: 7, count: 0x01_02_03)
        #expect(GRPCMessage.framed(long).prefix(5) == [0, 0, 1, 2, 3])
        #expect(GRPCMessage.only(in: GRPCMessage.framed(long)) == long)
        #expect(GRPCMessage.only(in: GRPCMessage.framed([])) == [])
    }

    @Test(
        arguments: [
            [], [0, 0, 0, 0], [0, 0, 0, 0, 2, 1], [0, 0, 0, 0, 1, 1, 1], [1, 0, 0, 0, 1, 1],
            [0, 0xff, 0xff, 0xff, 0xff],
        ] as [[UInt8]])
    func `what is not one whole message gives nothing`(body: [UInt8]) { #expect(GRPCMessage.only(in: body) == nil) }
}
