import JSON
package import Secrets

/// An object that is not as Terraform left it.
package struct DriftedObject: Hashable, Sendable, Codable {
    package enum Action: String, Hashable, Sendable, Codable {
        /// When somebody has changed it.
        case changed
        /// When it is gone.
        case deleted
    }

    package let address: String
    /// The key of an object that is no longer the current one of its address.
    package let deposed: String?
    package let action: Action
    /// The paths of what has changed (`tags["env"]`), sorted; values are not kept.
    package let attributes: [String]
}

extension Plan {
    /// The plan with nothing but what a user calls drift: managed objects that are gone, or of which an attribute has
    /// another value.
    ///
    /// Not: outputs and data sources, which say nothing of what the stack manages; objects that have only moved to another
    /// address; and an empty value in the place of none, which is what a provider makes of its own object when it reads it
    /// for the first time.
    package var onlyDrift: Plan {
        var plan = self
        plan.resourceChanges = []
        plan.outputChanges = []
        plan.resourceDrift = resourceDrift.filter { change in
            guard change.mode == .managed, change.action != .noOp else { return false }
            return change.action == .delete || !change.changedAttributes.isEmpty
        }
        return plan
    }

    /// What has drifted, with known secrets masked.
    package func driftedObjects(masking secrets: SecretValues) -> [DriftedObject] {
        onlyDrift.resourceDrift.map { change in
            DriftedObject(
                address: secrets.masked(change.address), deposed: change.deposed,
                action: change.action == .delete ? .deleted : .changed,
                attributes: change.changedAttributes.map { secrets.masked($0) })
        }
    }
}

extension ResourceChange {
    /// The paths at which the values differ, sorted; none for an object that is gone.
    fileprivate var changedAttributes: [String] {
        guard action != .delete else { return [] }
        return changedPaths(ValueChange(change), path: "").sorted()
    }
}

/// - Returns: the deepest paths that tell the two sides apart; nothing below what is sensitive is told, and a list that has
///   another length is one change.
private func changedPaths(_ change: ValueChange, path: String) -> [String] {
    guard !isSame(change.before, change.after) else { return [] }
    guard !change.isSensitive else { return [path] }
    switch (change.before, change.after) {
    case (.object, .object):
        return change.names.flatMap { name in
            changedPaths(change.child(name), path: step(name, after: path))
        }
    case (.array(let old), .array(let new)) where old.count == new.count:
        return old.indices.flatMap { index in
            changedPaths(change.child(before: index, after: index), path: "\(path)[\(index)]")
        }
    default: return [path]
    }
}

private func step(_ name: String, after path: String) -> String {
    let name = PrintableText.name(name)
    if path.isEmpty { return name }
    return name.hasPrefix("\"") ? "\(path)[\(name)]" : "\(path).\(name)"
}

/// Providers do not tell an empty value from none.
private func isSame(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
    switch (left ?? .null, right ?? .null) {
    case (.object(let left), .object(let right)):
        Set(left.keys).union(right.keys).allSatisfy { isSame(left[$0], right[$0]) }
    case (.array(let left), .array(let right)):
        left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
    case (let left, let right): left == right || (left.isNothing && right.isNothing)
    }
}

extension JSONValue {
    fileprivate var isNothing: Bool { self == .null || self == "" || self == [] || self == [:] }
}
