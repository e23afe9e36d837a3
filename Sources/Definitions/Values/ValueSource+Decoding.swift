import Diagnostics
import JSON
import YAML

extension ValueSource {
    /// The keys that make a mapping a source instead of a value.
    static let keys = ["fromEnv", "fromFile", "fromCommand", "secretKeyRef", "configMapRef"]

    /// Those that a variable of a stack may name; a ConfigMap is only read for `environment`.
    package static let variableKeys = Array(keys.dropLast())

    /// A variable's value: a literal, or in our group a mapping with one of `variableKeys` alone.
    static func decode(variable value: FieldValue) -> ValueSource? {
        guard value.context.group == .fleet else { return .literal(LiteralValue(value.node, value.context.schema)) }
        if let pairs = value.node.mapping, pairs.contains(where: { variableKeys.contains($0.key) }) {
            guard let fields = value.fields() else { return nil }
            let source = decode(from: fields, allowed: variableKeys)
            fields.finish { _ in "a source of a value stands alone" }
            return source
        }
        reportNestedSources(in: value.node, of: value)
        return .literal(LiteralValue(value.node, value.context.schema))
    }

    /// The source that one of the `allowed` fields of a mapping names; nil where none is set, or it is wrong.
    static func decode(from fields: MappingReader, allowed: [String]) -> ValueSource? {
        guard let (name, field) = fields.exactlyOne(of: allowed) else { return nil }
        switch name {
        case "fromEnv": return environmentVariableName(field).map { .fromEnvironment($0.value) }
        case "fromFile": return field.nonEmptyString().map { .fromFile($0.value) }
        case "fromCommand": return command(field).map { .fromCommand($0) }
        case "secretKeyRef": return keyReference(field).map { .secretKey(name: $0, key: $1) }
        case "configMapRef": return keyReference(field).map { .configMapKey(name: $0, key: $1) }
        default: return field.string().map { .literal(.scalar(.string($0.value), text: $0.value)) }
        }
    }

    /// A name that a process can be given: letters, digits and `_`.
    static func environmentVariableName(_ field: FieldValue) -> Located<String>? {
        guard let text = field.string() else { return nil }
        let bytes = text.value.utf8
        let isName = bytes.allSatisfy { byte in
            byte == UInt8(ascii: "_") || Character(Unicode.Scalar(byte)).isASCIILetterOrDigit
        }
        guard isName, let first = bytes.first, !(0x30...0x39).contains(first) else {
            field.mustBe("the name of an environment variable (letters, digits and `_`)")
            return nil
        }
        return text
    }

    private static func command(_ field: FieldValue) -> [String]? {
        guard let elements = field.elements() else { return nil }
        let arguments = elements.compactMap { $0.string()?.value }
        guard arguments.first?.isEmpty == false else {
            field.mustBe("a list of a program and its arguments")
            return nil
        }
        return arguments.count == elements.count ? arguments : nil
    }

    private static func keyReference(_ field: FieldValue) -> (name: String, key: String)? {
        guard let fields = field.fields() else { return nil }
        let name = fields.requiredField("name")?.nonEmptyString()
        let key = fields.requiredField("key")?.nonEmptyString()
        if field.context.group == .plural, let optional = fields.field("optional") {
            field.problems.hasNoEffect(
                "`optional` of a key reference", because: "a value that cannot be resolved is an error",
                at: optional.keyLocation)
        }
        fields.finish()
        guard let name, let key else { return nil }
        return (name.value, key.value)
    }

    /// A source inside a list or an object would reach Terraform as plain data.
    private static func reportNestedSources(in node: YAMLNode, of value: FieldValue) {
        for child in node.sequence ?? node.mapping?.map(\.value) ?? [] {
            if let pairs = child.mapping, pairs.count == 1, let pair = pairs.first, variableKeys.contains(pair.key) {
                value.problems.error(
                    "`\(pair.key)` cannot be a part of the value of `\(value.path)`", at: pair.keyLocation,
                    hint: "give the secret part a variable of its own")
            } else {
                reportNestedSources(in: child, of: value)
            }
        }
    }
}

extension Character {
    fileprivate var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
