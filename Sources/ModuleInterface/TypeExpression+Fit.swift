package import JSON

extension TypeExpression {
    /// Why Terraform would not take a value for a variable of this type; nil when it takes it, with its conversions.
    ///
    /// Null fits every type: whether a variable takes it is told by `Variable.isNullable`. What stands below a collection of
    /// collections of `any` is left to Terraform, as is a type that is not understood.
    ///
    /// Source of the rules: https://developer.hashicorp.com/terraform/language/expressions/type-constraints
    ///
    /// - Parameter name: what the value is called.
    /// - Returns: a phrase such as "`subnet_ids[2]` is an object, and a string is wanted". Of the value, which
    ///   may be secret, it tells keys and no more.
    package func mismatch(of value: JSONValue, named name: String) -> String? {
        switch (self, value) {
        case (_, .null), (.any, _), (.unparsed, _): return nil
        case (.string, .string), (.string, .number), (.string, .bool), (.number, .number), (.bool, .bool): return nil
        case (.number, .string(let text)):
            return isNumber(text) ? nil : "`\(name)` is a string that is no number, and a number is wanted"
        case (.bool, .string(let text)):
            return ["true", "false", "1", "0"].contains(text)
                ? nil : "`\(name)` is a string other than `true` and `false`, and a boolean is wanted"
        case (.list(let element), .array(let elements)), (.set(let element), .array(let elements)):
            return mismatch(of: elements, element, named: name) ?? mixture(of: elements, element, named: name)
        case (.map(let element), .object(let entries)):
            return entries.sorted { $0.key < $1.key }.firstResult { key, value in
                element.mismatch(of: value, named: "\(name)[\"\(key)\"]")
            } ?? mixture(of: Array(entries.values), element, named: name)
        case (.tuple(let types), .array(let elements)) where types.count == elements.count:
            return zip(types, elements).enumerated().firstResult { index, pair in
                pair.0.mismatch(of: pair.1, named: "\(name)[\(index)]")
            }
        case (.tuple(let types), .array(let elements)):
            let verb = types.count == 1 ? "is" : "are"
            return "`\(name)` has \(count(elements.count)), and \(count(types.count)) \(verb) wanted"
        case (.object(let attributes), .object(let entries)):
            return attributes.sorted { $0.key < $1.key }.firstResult { key, attribute in
                guard let value = entries[key] else {
                    return attribute.isOptional ? nil : "`\(name)` lacks the attribute `\(key)`"
                }
                return attribute.type.mismatch(of: value, named: "\(name).\(key)")
            }
        default: return "`\(name)` is \(value.kind), and \(kind) is wanted"
        }
    }

    private func mismatch(of elements: [JSONValue], _ element: TypeExpression, named name: String) -> String? {
        elements.enumerated().firstResult { element.mismatch(of: $1, named: "\(name)[\($0)]") }
    }

    private func mixture(of elements: [JSONValue], _ element: TypeExpression, named name: String) -> String? {
        element != .any || haveCommonType(elements)
            ? nil : "`\(name)` has elements of different types, and \(kind) of one type is wanted"
    }

    /// `a list`.
    private var kind: String {
        switch self {
        case .string: "a string"
        case .number: "a number"
        case .bool: "a boolean"
        case .list: "a list"
        case .set: "a set"
        case .map: "a map"
        case .tuple(let types): "a list with \(count(types.count))"
        case .object: "an object"
        case .any, .unparsed: "any value"
        }
    }
}

extension JSONValue {
    /// `a list`.
    fileprivate var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

private func count(_ elements: Int) -> String { elements == 1 ? "1 element" : "\(elements) elements" }

extension Sequence {
    /// The first result that is not nil.
    fileprivate func firstResult<Result>(_ transform: (Element) -> Result?) -> Result? {
        for element in self { if let result = transform(element) { return result } }
        return nil
    }
}
