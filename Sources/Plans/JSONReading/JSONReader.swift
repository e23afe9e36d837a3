import FoundationEssentials
import JSON

/// Reads the large documents of Terraform several times faster than `JSONDecoder` reads a ``JSONValue``, and leaves out
/// what nobody asked for: half of a plan is its `prior_state` and `planned_values`.
///
/// What is left out is checked for syntax all the same, so that half a file is never taken for a whole one.
struct JSONReader {
    /// Where the text stops being JSON.
    struct SyntaxError: Error {
        let offset: Int
    }

    /// Deeper nesting is refused, so that no document can exhaust the stack.
    private static let depthLimit = 512

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    /// The members of the object that the document is.
    ///
    /// - Parameter wanted: the top-level members to build; nil for all.
    static func readObject(_ data: Data, wanted: Set<String>? = nil) throws -> [String: JSONValue] {
        try read(data) { reader in
            reader.skipSpace()
            guard reader.peek == UInt8(ascii: "{") else { throw SyntaxError(offset: reader.position) }
            return try reader.object(wanted: wanted)
        }
    }

    /// The document, whatever it is.
    static func readValue(_ data: Data) throws -> JSONValue {
        try read(data) { try $0.value() }
    }

    private static func read<Result>(_ data: Data, _ body: (inout JSONReader) throws -> Result) throws -> Result {
        try data.withUnsafeBytes { raw in
            var reader = JSONReader(bytes: raw.bindMemory(to: UInt8.self))
            let result = try body(&reader)
            reader.skipSpace()
            guard reader.position == reader.bytes.count else { throw SyntaxError(offset: reader.position) }
            return result
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }
}

extension JSONReader {
    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard peek == UInt8(ascii: character) else { throw SyntaxError(offset: position) }
        position += 1
    }

    private mutating func nest<Result>(_ body: (inout JSONReader) throws -> Result) throws -> Result {
        depth += 1
        guard depth <= Self.depthLimit else { throw SyntaxError(offset: position) }
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func value() throws -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try object(wanted: nil))
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try array { elements.append(try $0.value()) }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func skipValue() throws {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): try members { reader, _ in try reader.skipValue() }
        case UInt8(ascii: "["): try array { try $0.skipValue() }
        case UInt8(ascii: "\""): _ = try stringRange()
        default: _ = try value()
        }
    }

    private mutating func object(wanted: Set<String>?) throws -> [String: JSONValue] {
        var object: [String: JSONValue] = [:]
        try members { reader, name in
            if let wanted, !wanted.contains(name) {
                try reader.skipValue()
            } else {
                object[name] = try reader.value()
            }
        }
        return object
    }

    private mutating func members(_ member: (inout JSONReader, String) throws -> Void) throws {
        try sequence(from: "{", to: "}") { reader in
            reader.skipSpace()
            let name = try reader.string()
            reader.skipSpace()
            try reader.expect(":")
            try member(&reader, name)
        }
    }

    private mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
        try sequence(from: "[", to: "]", element)
    }

    private mutating func sequence(
        from opening: Unicode.Scalar, to closing: Unicode.Scalar, _ element: (inout JSONReader) throws -> Void
    ) throws {
        try expect(opening)
        skipSpace()
        if peek == UInt8(ascii: closing) {
            position += 1
            return
        }
        try nest { reader in
            while true {
                try element(&reader)
                reader.skipSpace()
                if reader.peek == UInt8(ascii: ",") {
                    reader.position += 1
                } else {
                    return try reader.expect(closing)
                }
            }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        let length = text.utf8CodeUnitCount
        let start = position
        guard bytes.count - start >= length, bytes[start..<start + length].elementsEqual(text.description.utf8) else {
            throw SyntaxError(offset: position)
        }
        position += length
        return value
    }
}

extension JSONReader {
    /// The bytes between the quotes, and whether an escape is among them.
    private mutating func stringRange() throws -> (range: Range<Int>, escaped: Bool) {
        try expect("\"")
        let start = position
        var escaped = false
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return (start..<position - 1, escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                position += 2
            case ..<0x20: throw SyntaxError(offset: position)
            default: position += 1
            }
        }
        throw SyntaxError(offset: bytes.count)
    }

    private mutating func string() throws -> String {
        let (range, escaped) = try stringRange()
        let content = UnsafeBufferPointer(rebasing: bytes[range])
        guard escaped else { return String(decoding: content, as: UTF8.self) }
        // Escapes are rare and their rules (surrogate pairs) are subtle: the platform's decoder reads these strings.
        let quoted = Data(bytes[range.lowerBound - 1...range.upperBound])
        do {
            return try JSONDecoder().decode(String.self, from: quoted)
        } catch {
            throw SyntaxError(offset: range.lowerBound)
        }
    }

    private mutating func number() throws -> Decimal {
        let start = position
        var isInteger = true
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isInteger = false
            default: return try number(in: start..<position, isInteger: isInteger)
            }
            position += 1
        }
        return try number(in: start..<position, isInteger: isInteger)
    }

    private func number(in range: Range<Int>, isInteger: Bool) throws -> Decimal {
        let digits = bytes[range]
        if isInteger, range.count <= 18, let value = Int(String(decoding: digits, as: UTF8.self)),
            digits.first != UInt8(ascii: "0") || range.count == 1
        {
            return Decimal(value)
        }
        do {
            return try JSONDecoder().decode(Decimal.self, from: Data(digits))
        } catch {
            throw SyntaxError(offset: range.lowerBound)
        }
    }
}
