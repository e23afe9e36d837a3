import Definitions
import JSON

extension LiteralValue {
    /// The same value as if it had been written in a definition.
    init(_ value: JSONValue) {
        switch value {
        case .array(let elements): self = .list(elements.map { LiteralValue($0) })
        case .object(let entries): self = .object(entries.mapValues { LiteralValue($0) })
        case .string(let text): self = .scalar(value, text: text)
        case .null, .bool, .number: self = .scalar(value, text: value.text)
        }
    }
}

extension ValueSource {
    /// A source as definitions write it, `{"fromEnv": "NAME"}`; nil for what is none.
    init?(json: JSONValue) {
        guard let entries = json.objectValue, entries.count == 1, let (key, value) = entries.first else { return nil }
        switch (key, value) {
        case ("fromEnv", .string(let name)): self = .fromEnvironment(name)
        case ("fromFile", .string(let path)): self = .fromFile(path)
        case ("fromCommand", .array(let words)): self = .fromCommand(words.compactMap(\.stringValue))
        case ("secretKeyRef", .object(let reference)):
            guard let name = reference["name"]?.stringValue, let key = reference["key"]?.stringValue else { return nil }
            self = .secretKey(name: name, key: key)
        default: return nil
        }
    }

    /// The value as definitions write it.
    ///
    /// - Parameter type: what its literal is read as.
    func json(as type: ExpectedType) -> JSONValue {
        switch self {
        case .literal(let value): value.json(as: type)
        case .fromEnvironment(let name): ["fromEnv": .string(name)]
        case .fromFile(let path): ["fromFile": .string(path)]
        case .fromCommand(let words): ["fromCommand": .array(words.map(JSONValue.string))]
        case .secretKey(let name, let key): ["secretKeyRef": ["name": .string(name), "key": .string(key)]]
        case .configMapKey(let name, let key): ["configMapRef": ["name": .string(name), "key": .string(key)]]
        }
    }
}
