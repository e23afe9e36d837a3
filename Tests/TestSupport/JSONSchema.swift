import FoundationEssentials
package import JSON

/// A JSON Schema of which only what our own schemas use is understood: a keyword that is not is a finding.
package struct JSONSchema {
    private let root: JSONValue

    /// What says nothing of a value.
    private static let annotations: Set = ["$schema", "$defs", "title", "description"]

    package init(_ root: JSONValue) { self.root = root }

    /// What in a document is not as the schema says, each with its place: `/stacks/0/name: …`.
    package func findings(in document: JSONValue) -> [String] { findings(in: document, at: "", root) }

    private func findings(in value: JSONValue, at place: String, _ schema: JSONValue) -> [String] {
        (schema.objectValue ?? [:]).filter { !Self.annotations.contains($0.key) }.sorted { $0.key < $1.key }
            .flatMap { keyword, wanted in findings(in: value, at: place, keyword, wanted, schema) }
    }

    private func findings(
        in value: JSONValue, at place: String, _ keyword: String, _ wanted: JSONValue, _ schema: JSONValue
    ) -> [String] {
        func unless(_ isRight: Bool) -> [String] {
            isRight ? [] : ["\(place): \(value.text) is not \(keyword) \(wanted.text)"]
        }
        switch keyword {
        case "$ref":
            let name = wanted.stringValue.map { $0.replacing("#/$defs/", with: "") } ?? ""
            guard let definition = root["$defs"]?[name] else { return ["\(place): there is no \(wanted.text)"] }
            return findings(in: value, at: place, definition)
        case "type":
            let names = wanted.arrayValue ?? [wanted]
            return unless(names.contains { value.is($0.stringValue ?? "") })
        case "const": return unless(value == wanted)
        case "enum": return unless(wanted.arrayValue?.contains(value) == true)
        case "minimum": return unless(value.numberValue.map { $0 >= wanted.numberValue ?? 0 } ?? true)
        case "maximum": return unless(value.numberValue.map { $0 <= wanted.numberValue ?? 0 } ?? true)
        case "pattern":
            guard let pattern = try? Regex(wanted.stringValue ?? "") else {
                return ["\(place): bad pattern \(wanted.text)"]
            }
            return unless(value.stringValue.map { $0.contains(pattern) } ?? true)
        case "anyOf":
            return unless(wanted.arrayValue?.contains { findings(in: value, at: place, $0).isEmpty } == true)
        case "items":
            return (value.arrayValue ?? []).enumerated().flatMap { findings(in: $1, at: "\(place)/\($0)", wanted) }
        case "required":
            let missing = (wanted.arrayValue ?? []).compactMap(\.stringValue).filter {
                value.objectValue != nil && value[$0] == nil
            }
            return missing.map { "\(place): `\($0)` is missing" }
        case "properties":
            return (value.objectValue ?? [:]).sorted { $0.key < $1.key }.flatMap { key, inner in
                wanted[key].map { findings(in: inner, at: "\(place)/\(key)", $0) } ?? []
            }
        case "additionalProperties" where wanted == false:
            let known = schema["properties"]?.objectValue ?? [:]
            return (value.objectValue ?? [:]).keys.filter { known[$0] == nil }.sorted().map {
                "\(place): `\($0)` is too much"
            }
        default: return ["\(place): the keyword `\(keyword)` is not understood"]
        }
    }
}

extension JSONValue {
    fileprivate func `is`(_ type: String) -> Bool {
        switch type {
        case "null": isNull
        case "boolean": boolValue != nil
        case "string": stringValue != nil
        case "number": numberValue != nil
        case "integer": integerValue != nil
        case "array": arrayValue != nil
        case "object": objectValue != nil
        default: false
        }
    }
}
