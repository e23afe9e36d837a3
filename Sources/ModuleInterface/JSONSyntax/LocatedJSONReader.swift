import Diagnostics
import FoundationEssentials
import JSON

/// Strict JSON (RFC 8259) with places; `JSONDecoder` gives none.
struct LocatedJSONReader {
    private static let maximumDepth = 100

    private let source: SourceText
    private var position = 0
    private var depth = 0

    private init(_ source: SourceText) { self.source = source }

    /// - Throws: a diagnostic at the first place that is not JSON.
    static func read(_ source: SourceText) throws(Diagnostic) -> LocatedJSON {
        var reader = LocatedJSONReader(source)
        let value = try reader.value()
        reader.skipSpace()
        if reader.peek() != nil { throw reader.unexpected("the document ends before this") }
        return value
    }

    private func peek() -> UInt8? {
        position < source.bytes.count ? source.bytes[position] : nil
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private func unexpected(_ message: String) -> Diagnostic {
        source.error("this is not JSON: \(message)", at: position..<min(position + 1, source.bytes.count))
    }

    private mutating func value() throws(Diagnostic) -> LocatedJSON {
        skipSpace()
        guard depth < Self.maximumDepth else { throw unexpected("it nests deeper than \(Self.maximumDepth) levels") }
        depth += 1
        defer { depth -= 1 }
        let start = position
        let kind: LocatedJSON.Kind
        switch peek() {
        case UInt8(ascii: "{"): kind = .object(try members())
        case UInt8(ascii: "["): kind = .array(try elements())
        case UInt8(ascii: "\""): kind = .string(try string())
        default: kind = try scalar()
        }
        return LocatedJSON(kind: kind, range: start..<position)
    }

    private mutating func members() throws(Diagnostic) -> [LocatedJSON.Member] {
        position += 1
        if skip(UInt8(ascii: "}")) { return [] }
        var members: [LocatedJSON.Member] = []
        while true {
            skipSpace()
            let start = position
            guard peek() == UInt8(ascii: "\"") else { throw unexpected("a name in quotes is expected") }
            let key = try string()
            let keyRange = start..<position
            guard skip(UInt8(ascii: ":")) else { throw unexpected("`:` is expected") }
            members.append(.init(key: key, keyRange: keyRange, value: try value()))
            if skip(UInt8(ascii: "}")) { return members }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("`,` or `}` is expected") }
        }
    }

    private mutating func elements() throws(Diagnostic) -> [LocatedJSON] {
        position += 1
        if skip(UInt8(ascii: "]")) { return [] }
        var elements: [LocatedJSON] = []
        while true {
            elements.append(try value())
            if skip(UInt8(ascii: "]")) { return elements }
            guard skip(UInt8(ascii: ",")) else { throw unexpected("`,` or `]` is expected") }
        }
    }

    /// Finds the closing quote; what is between is decoded by the library.
    private mutating func string() throws(Diagnostic) -> String {
        let start = position
        position += 1
        var isPlain = true
        while let byte = peek(), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw unexpected("a control character stands in a string") }
            if byte == UInt8(ascii: "\\") {
                isPlain = false
                position += 1
            }
            position += 1
        }
        guard peek() != nil else {
            position = start
            throw unexpected("the string is never closed")
        }
        position += 1
        if isPlain { return source.text(start + 1..<position - 1) }
        guard let text = try? JSONDecoder().decode(String.self, from: Data(source.bytes[start..<position])) else {
            position = start
            throw unexpected("the string holds an unknown escape")
        }
        return text
    }

    private mutating func scalar() throws(Diagnostic) -> LocatedJSON.Kind {
        let start = position
        while let byte = peek(), isScalarPart(byte) { position += 1 }
        let text = source.text(start..<position)
        switch text {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            if let first = text.utf8.first, isDigit(first) || first == UInt8(ascii: "-"),
                case .number(let number)? = try? JSONValue(parsing: Data(text.utf8))
            {
                return .number(number)
            }
            position = start
            throw unexpected("a value is expected")
        }
    }

    private func isScalarPart(_ byte: UInt8) -> Bool {
        isIdentifierPart(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }
}
