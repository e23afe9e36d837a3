import FoundationEssentials
package import JSON

extension ClusterRecord {
    /// One field that differs between two records of a cluster; nil where the record has no such field.
    package struct Change: Hashable, Sendable, Codable {
        package let field: String
        package let old: JSONValue?
        package let new: JSONValue?
    }

    /// What has changed since `previous`, by field name in alphabetical order; tags and metadata by key (`tags.env`).
    ///
    /// What every run writes anew (`run`, `stateSerial`, `observedAt`) and the times of conditions are no change.
    package func changes(since previous: ClusterRecord) -> [Change] {
        let old = previous.comparableFields
        let new = comparableFields
        return Set(old.keys).union(new.keys).sorted()
            .filter { old[$0] != new[$0] }
            .map { Change(field: $0, old: old[$0], new: new[$0]) }
    }

    private var comparableFields: [String: JSONValue] {
        var record = self
        record.conditions = conditions.map {
            Condition(kind: $0.kind, isMet: $0.isMet, reason: $0.reason, since: Date(timeIntervalSince1970: 0))
        }
        guard let data = try? record.encoded(), case .object(var fields)? = try? JSONValue(parsing: data) else {
            return [:]
        }
        for key in ["run", "stateSerial", "observedAt"] { fields[key] = nil }
        for key in ["tags", "metadata"] {
            for (name, value) in fields[key]?.objectValue ?? [:] { fields["\(key).\(name)"] = value }
            fields[key] = nil
        }
        return fields
    }
}
