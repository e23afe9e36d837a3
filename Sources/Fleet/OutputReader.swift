import Diagnostics
import FoundationEssentials
import JSON

/// Finds the value of a field among the outputs, and remembers what could not be used.
///
/// The order: what the stack's mapping names, what the template's names, the members of an object that describes the
/// cluster, the outputs with usual names. An output that a mapping names is never replaced by a guess.
struct OutputReader {
    let outputs: ClusterOutputs
    let mappings: [OutputMapping]
    /// The object that describes this cluster, and what it is called in messages.
    let object: (name: String, members: [String: JSONValue])?
    /// False for one of several clusters: outputs of the whole stack say nothing about it.
    let usesOutputNames: Bool
    private(set) var notes: [Diagnostic] = []

    init(
        outputs: ClusterOutputs, mappings: [OutputMapping], object: (name: String, members: [String: JSONValue])?,
        usesOutputNames: Bool
    ) {
        self.outputs = outputs
        self.mappings = mappings
        self.object = object
        self.usesOutputNames = usesOutputNames
    }

    /// A value and the name to use for it in messages.
    struct Reading {
        let value: JSONValue
        let source: String
    }

    mutating func read(_ field: ClusterField) -> Reading? {
        if usesOutputNames, let path = mappings.lazy.compactMap({ $0.outputs[field.rawValue] }).first {
            return read(path: path, for: field)
        }
        if let object, let (key, value) = member(field, of: object.members, valueOf: { $0 }) {
            return Reading(value: value, source: "\(object.name).\(key)")
        }
        return usesOutputNames ? readUsualName(field) : nil
    }

    /// Text, or a number as it is written.
    mutating func text(_ field: ClusterField) -> String? {
        guard let reading = read(field) else { return nil }
        switch reading.value {
        case .string(let text): return text.isEmpty ? nil : text
        case .number(let number): return number.description
        default:
            notes.append(.warning("output `\(reading.source)` is no text, so `\(field.rawValue)` stays empty"))
            return nil
        }
    }

    mutating func note(_ diagnostic: Diagnostic) { notes.append(diagnostic) }

    private mutating func read(path: String, for field: ClusterField) -> Reading? {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let output = outputs.values[parts[0]] else {
            let nearest = suggestion(for: parts[0], among: outputs.values.keys.sorted())
            notes.append(
                .warning(
                    "there is no output `\(parts[0])`, which is to give the cluster's `\(field.rawValue)`",
                    hint: nearest.map { "did you mean `\($0)`?" }))
            return nil
        }
        guard !output.isSensitive else {
            notes.append(.sensitive(parts[0], leavesEmpty: field))
            return nil
        }
        var value: JSONValue? = output.value
        for part in parts.dropFirst() { value = value?[part] }
        guard let value else {
            notes.append(
                .warning("output `\(parts[0])` holds no `\(path)`, which is to give the cluster's `\(field.rawValue)`"))
            return nil
        }
        return value.isNull ? nil : Reading(value: value, source: path)
    }

    private mutating func readUsualName(_ field: ClusterField) -> Reading? {
        // A sensitive one is passed over: another name may hold the same in the clear.
        let open = outputs.values.filter { !$0.value.isSensitive }
        if let (key, output) = member(field, of: open, valueOf: \.value) {
            return Reading(value: output.value, source: key)
        }
        if let (key, _) = member(field, of: outputs.values, valueOf: \.value) {
            notes.append(.sensitive(key, leavesEmpty: field))
        }
        return nil
    }

    /// The member with the field's best name, prefixed ones first; null counts as absent.
    private func member<Value>(
        _ field: ClusterField, of members: [String: Value], valueOf: (Value) -> JSONValue
    ) -> (key: String, value: Value)? {
        let candidates = [field.rawValue] + field.names.flatMap { ["cluster_\($0)", "aks_\($0)", $0] }
        for key in candidates {
            if let member = members[key], !valueOf(member).isNull { return (key, member) }
        }
        return nil
    }
}

extension Diagnostic {
    fileprivate static func sensitive(_ output: String, leavesEmpty field: ClusterField) -> Diagnostic {
        Diagnostic(
            .note, "output `\(output)` is sensitive and never enters a record, so `\(field.rawValue)` stays empty")
    }
}
