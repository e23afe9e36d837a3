package import FoundationEssentials

/// Any JSON value: a Terraform variable, an attribute of a plan, an output.
///
/// Numbers are decimal, so that `12345678901234567890` and `0.1` survive. Objects have no order; they are written with
/// sorted keys, so equal values have equal bytes.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

extension JSONValue {
    /// Reads one JSON document.
    ///
    /// - Throws: `DecodingError` when the bytes are not JSON.
    package init(parsing data: Data) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: data)
    }

    /// The members of the object that a document is.
    ///
    /// - Parameter wanted: the only members to build; nil builds all. The rest is checked for syntax all the same.
    /// - Throws: `DecodingError` when the bytes are not JSON, or the document is no object.
    package static func members(
        parsing data: Data, wanted: Set<String>? = nil
    ) throws -> [String: JSONValue] {
        let decoder = JSONDecoder()
        if let wanted, let key = Members.wanted { decoder.userInfo[key] = wanted }
        return try decoder.decode(Members.self, from: data).values
    }

    /// The JSON form of anything that can be encoded.
    package init(encoding value: some Encodable) throws {
        try self.init(parsing: try JSONEncoder().encode(value))
    }

    /// Reads a typed value out of this one.
    ///
    /// - Throws: `DecodingError` when it has another shape.
    package func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: encoded())
    }

    /// The value as JSON with sorted keys and unescaped slashes; one line unless `pretty`.
    package func encoded(pretty: Bool = false) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        // Encoding can fail only for numbers that JSON lacks, and `Decimal` has none but NaN, which parsing never makes.
        return (try? encoder.encode(self)) ?? Data("null".utf8)
    }

    package var text: String { String(decoding: encoded(), as: UTF8.self) }
}

extension JSONValue {
    package subscript(key: String) -> JSONValue? { objectValue?[key] }

    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var numberValue: Decimal? { if case .number(let value) = self { value } else { nil } }
    package var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    package var objectValue: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }
    package var isNull: Bool { self == .null }

    /// The number as an `Int`, or nil when it is none or has a fraction or does not fit.
    package var integerValue: Int? { numberValue.flatMap { Int($0.description) } }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(Decimal(value)) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// The last of two equal keys wins.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
