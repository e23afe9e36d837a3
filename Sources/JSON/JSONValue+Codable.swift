import FoundationEssentials

extension JSONValue: Codable {
    package init(from decoder: any Decoder) throws {
        // Objects and arrays are asked for first: `container(keyedBy:)` fails cheaply, while each failed scalar
        // attempt builds an error.
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            var object: [String: JSONValue] = [:]
            object.reserveCapacity(container.allKeys.count)
            for key in container.allKeys { object[key.stringValue] = try container.decode(JSONValue.self, forKey: key) }
            self = .object(object)
            return
        }
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Decimal.self) {
            self = .number(value)
        } else {
            self = .array(try container.decode([JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

}

/// Some members of an object; most of a state is members that nobody asks for who reads its header.
struct Members: Decodable {
    static let wanted = CodingUserInfoKey(rawValue: "wanted")

    let values: [String: JSONValue]

    init(from decoder: any Decoder) throws {
        let wanted = Self.wanted.flatMap { decoder.userInfo[$0] } as? Set<String>
        let container = try decoder.container(keyedBy: AnyKey.self)
        let keys = container.allKeys.filter { wanted?.contains($0.stringValue) ?? true }
        values = Dictionary(
            uniqueKeysWithValues: try keys.map { ($0.stringValue, try container.decode(JSONValue.self, forKey: $0)) })
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
