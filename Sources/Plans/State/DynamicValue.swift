import JSON

extension JSONValue {
    /// The attributes of an object with its dynamically typed values as what they are.
    ///
    /// The state writes such a value as `{"type": …, "value": …}`, while its paths and `terraform state show` know the
    /// value alone. Only what certainly is one is replaced, and in a value no other can be.
    var withoutDynamicTypes: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.withoutDynamicTypes))
        case .object(let fields): fields.dynamicValue ?? .object(fields.mapValues(\.withoutDynamicTypes))
        case .null, .bool, .number, .string: self
        }
    }

    /// Whether this is a type in the form in which the state writes one: `"string"`, `["list", "string"]`.
    fileprivate var isType: Bool {
        if let name = stringValue { return ["string", "number", "bool", "dynamic"].contains(name) }
        guard let parts = arrayValue, parts.count == 2 else { return false }
        return switch (parts[0], parts[1]) {
        case ("list", let element), ("set", let element), ("map", let element): element.isType
        case ("tuple", .array(let elements)): elements.allSatisfy(\.isType)
        case ("object", .object(let fields)): fields.values.allSatisfy(\.isType)
        default: false
        }
    }

    /// Whether the value is of such a type.
    fileprivate func conforms(to type: JSONValue) -> Bool {
        if isNull { return type.isType }
        switch (type, self) {
        case ("string", .string), ("number", .number), ("bool", .bool): return true
        default: break
        }
        guard let parts = type.arrayValue, parts.count == 2 else { return false }
        switch (parts[0], parts[1], self) {
        case ("list", let type, .array(let elements)), ("set", let type, .array(let elements)):
            return type.isType && elements.allSatisfy { $0.conforms(to: type) }
        case ("map", let type, .object(let fields)):
            return type.isType && fields.values.allSatisfy { $0.conforms(to: type) }
        case ("tuple", .array(let types), .array(let elements)):
            return types.count == elements.count && zip(elements, types).allSatisfy { $0.conforms(to: $1) }
        case ("object", .object(let types), .object(let fields)):
            return types.count == fields.count
                && types.allSatisfy { name, type in fields[name]?.conforms(to: type) ?? false }
        default: return false
        }
    }
}

extension [String: JSONValue] {
    fileprivate var dynamicValue: JSONValue? {
        guard count == 2, let type = self["type"], let value = self["value"], value.conforms(to: type) else {
            return nil
        }
        return value
    }
}
