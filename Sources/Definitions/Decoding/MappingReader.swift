import Diagnostics
import YAML

/// Reads the known fields of one mapping; `finish()` reports those that nobody asked for.
final class MappingReader {
    let value: FieldValue
    private let pairs: [YAMLPair]
    /// The fields that were asked for, in that order: what is allowed here.
    private var known: [String] = []

    init(_ value: FieldValue) {
        self.value = value
        self.pairs = value.node.mapping ?? []
    }

    var problems: ProblemCollector { value.problems }
    var location: SourceLocation { value.keyLocation }

    /// The field, or nil where it is absent or null.
    func field(_ name: String) -> FieldValue? {
        known.append(name)
        guard let pair = pairs.first(where: { $0.key == name }), !pair.value.isNull else { return nil }
        return FieldValue(
            node: pair.value, path: value.path.isEmpty ? name : "\(value.path).\(name)", keyLocation: pair.keyLocation,
            context: value.context)
    }

    /// The field; its absence is an error.
    func requiredField(_ name: String) -> FieldValue? {
        if let field = field(name) { return field }
        problems.error(
            value.path.isEmpty ? "`\(name)` is missing" : "`\(name)` is missing in `\(value.path)`", at: location)
        return nil
    }

    /// Whether one of these fields is set; it is not read by that.
    func hasAny(of names: [String]) -> Bool {
        pairs.contains { names.contains($0.key) && !$0.value.isNull }
    }

    /// Of several fields the one that is set; none is nil without a word, several are an error at each but the first.
    func exactlyOne(of names: [String]) -> (name: String, field: FieldValue)? {
        let present = names.compactMap { name in field(name).map { (name: name, field: $0) } }
        guard let first = present.first else { return nil }
        for other in present.dropFirst() {
            problems.error(
                "`\(other.field.path)` and `\(first.field.path)` exclude each other", at: other.field.keyLocation,
                notes: [.init("`\(first.name)` is given here", at: first.field.keyLocation)],
                hint: "keep one of \(names.quotedList)")
        }
        return first
    }

    /// Reports every field that was not asked for.
    ///
    /// - Parameter elsewhere: says where a field would be known, if it has a meaning anywhere.
    func finish(elsewhere: (String) -> String? = { _ in nil }) {
        for pair in pairs where !known.contains(pair.key) {
            let place = value.path.isEmpty ? "" : " in `\(value.path)`"
            if let explanation = elsewhere(pair.key) {
                problems.error("unknown field `\(pair.key)`\(place)", at: pair.keyLocation, hint: explanation)
            } else if let candidate = suggestion(for: pair.key, among: known) {
                problems.error(
                    "unknown field `\(pair.key)`\(place); did you mean `\(candidate)`?", at: pair.keyLocation)
            } else {
                problems.error(
                    "unknown field `\(pair.key)`\(place)", at: pair.keyLocation,
                    hint: "known here: \(known.quotedList)")
            }
        }
    }
}
