import JSON

/// One value of a plan from both sides, with the marks that belong to it.
///
/// Nil is "not there", which for an attribute of an object is something else than null.
struct ValueChange {
    var before: JSONValue?
    var after: JSONValue?
    /// The part of `after_unknown` that belongs to this value; the next two likewise.
    var unknown: JSONValue?
    var beforeSensitive: JSONValue?
    var afterSensitive: JSONValue?
    /// What is left of the paths that force a replacement; an empty one ends here.
    var replacePaths: [ArraySlice<JSONValue>] = []

    var forcesReplacement: Bool { replacePaths.contains(where: \.isEmpty) }
    var isUnknown: Bool { unknown == true }
    var isSensitive: Bool { beforeSensitive == true || afterSensitive == true }

    /// The names on either side, those that are only known to come included; sorted.
    var names: [String] {
        Set([before, after, unknown].flatMap { $0?.objectValue.map { Array($0.keys) } ?? [] }).sorted()
    }

    func child(_ name: String) -> ValueChange {
        ValueChange(
            before: before?[name], after: after?[name], unknown: unknown?[name],
            beforeSensitive: beforeSensitive?[name],
            afterSensitive: afterSensitive?[name], replacePaths: steps(after: .string(name)))
    }

    /// The element at one index before and another (or none) after.
    func child(before old: Int?, after new: Int?) -> ValueChange {
        func element(_ list: JSONValue?, _ index: Int?) -> JSONValue? {
            guard let elements = list?.arrayValue, let index, index < elements.count else { return nil }
            return elements[index]
        }
        return ValueChange(
            before: element(before, old), after: element(after, new), unknown: element(unknown, new),
            beforeSensitive: element(beforeSensitive, old), afterSensitive: element(afterSensitive, new),
            replacePaths: (old ?? new).map { steps(after: JSONValue(integerLiteral: $0)) } ?? [])
    }

    /// Only the old side.
    var asDeletion: ValueChange {
        ValueChange(before: before, beforeSensitive: beforeSensitive)
    }

    /// Only the new side.
    var asCreation: ValueChange {
        ValueChange(after: after, unknown: unknown, afterSensitive: afterSensitive)
    }

    private func steps(after step: JSONValue) -> [ArraySlice<JSONValue>] {
        replacePaths.compactMap { $0.first == step ? $0.dropFirst() : nil }
    }
}

extension ValueChange {
    /// The whole of a resource or an output: null is "not there".
    init(_ change: ChangedValues, replacePaths: [[JSONValue]] = []) {
        if !change.before.isNull { before = change.before }
        if !change.after.isNull { after = change.after }
        unknown = change.afterUnknown
        beforeSensitive = change.beforeSensitive
        afterSensitive = change.afterSensitive
        self.replacePaths = replacePaths.map { $0[...] }
    }
}
