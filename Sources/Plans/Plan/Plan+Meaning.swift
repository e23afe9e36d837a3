package import FoundationEssentials
package import JSON

extension Plan {
    /// What applying this plan would do, so that two plans with equal meaning may stand for each other: addresses,
    /// actions, the attributes that change with their new values, what forces replacements, and outputs.
    ///
    /// Times, old values and the contents of computed values are not in it. Values are as they are in the plan: take the
    /// digest of the plan *before* redaction, with a key, and store nothing but that.
    package var meaning: JSONValue {
        .object([
            "changes": .array(resourceChanges.filter(\.isEffective).map(Self.meaning).sorted(by: Self.precedes)),
            "drift": .array(resourceDrift.filter(\.isEffective).map(Self.meaning).sorted(by: Self.precedes)),
            "outputs": .object(
                Dictionary(
                    outputChanges.filter { $0.action != .noOp }.map { output in
                        (
                            output.name,
                            ["action": .string(output.action.rawValue), "values": Self.newValues(output.change)]
                        )
                    }, uniquingKeysWith: { $1 })),
        ])
    }

    /// The digest of ``meaning``.
    ///
    /// - Parameter digest: gets canonical JSON.
    package func meaningDigest<Digest>(_ digest: (Data) throws -> Digest) rethrows -> Digest {
        try digest(meaning.encoded())
    }

    private static func precedes(_ left: JSONValue, _ right: JSONValue) -> Bool {
        let keys = ["address", "deposed"]
        return keys.map { left[$0]?.stringValue ?? "" }.lexicographicallyPrecedes(
            keys.map { right[$0]?.stringValue ?? "" })
    }

    private static func meaning(of change: ResourceChange) -> JSONValue {
        var fields: [String: JSONValue] = [
            "address": .string(change.address), "action": .string(change.action.rawValue),
        ]
        if let previous = change.previousAddress { fields["previous"] = .string(previous) }
        if let deposed = change.deposed { fields["deposed"] = .string(deposed) }
        if let identifier = change.importingID { fields["import"] = .string(identifier) }
        switch change.action {
        case .noOp, .delete, .forget: break
        case .create, .read, .update, .replaceDeleteFirst, .replaceCreateFirst, .createThenForget:
            fields["values"] = newValues(change.change)
            fields["replace"] = .array(change.replacePaths.map { .array($0) }.sorted { $0.text < $1.text })
        }
        return .object(fields)
    }

    /// A list of path and new value for every leaf that changes; `unknown` where the value comes with the apply.
    private static func newValues(_ change: ChangedValues) -> JSONValue {
        var entries: [JSONValue] = []
        collect(before: change.before, after: change.after, unknown: change.afterUnknown, path: [], into: &entries)
        return .array(entries)
    }

    private static func collect(
        before: JSONValue?, after: JSONValue?, unknown: JSONValue?, path: [JSONValue], into entries: inout [JSONValue]
    ) {
        if unknown == true { return entries.append(["path": .array(path), "unknown": true]) }
        let unknownFields = unknown?.objectValue ?? [:]
        let unknownElements = unknown?.arrayValue ?? []
        switch after {
        case .object(let fields) where !(fields.isEmpty && unknownFields.isEmpty):
            let old = before?.objectValue ?? [:]
            for name in Set(fields.keys).union(old.keys).union(unknownFields.keys).sorted() {
                collect(
                    before: old[name], after: fields[name], unknown: unknownFields[name], path: path + [.string(name)],
                    into: &entries)
            }
        case .array(let elements) where !elements.isEmpty:
            let old = before?.arrayValue ?? []
            for index in 0..<max(elements.count, old.count) {
                collect(
                    before: element(index, of: old), after: element(index, of: elements),
                    unknown: element(index, of: unknownElements), path: path + [.number(Decimal(index))], into: &entries
                )
            }
        case let after where after != before: entries.append(["path": .array(path), "value": after ?? .null])
        default: break
        }
    }

    private static func element(_ index: Int, of elements: [JSONValue]) -> JSONValue? {
        index < elements.count ? .some(elements[index]) : .none
    }
}
