import JSON

/// What of a state's managed objects another version has, lacks, or has otherwise.
///
/// Objects are named by address, those that are no longer the current one with their key:
/// `aws_vpc.main (deposed 1234abcd)`. What data sources have read is nothing that could be lost.
package struct StateDifference: Hashable, Sendable {
    /// Sorted, as all of these.
    package let added: [String]
    /// Whoever has another id under the same address is another object: the one is forgotten, the other new.
    package let removed: [String]
    /// In both, with other attributes, another status or another provider.
    package let changed: [String]

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    package init(from old: TerraformState, to new: TerraformState) {
        let (before, after) = (old.managedObjects, new.managedObjects)
        added = after.filter { name, object in !(before[name]?.isStill(object) ?? false) }.keys.sorted()
        removed = before.filter { name, object in !(after[name].map(object.isStill) ?? false) }.keys.sorted()
        changed = after.filter { name, object in before[name].map { $0.isStill(object) && $0 != object } ?? false }
            .keys.sorted()
    }
}

private struct ManagedObject: Hashable {
    let provider: String
    let instance: TerraformState.Instance

    /// Whether the other is this object later. One that had no id cannot be told from another.
    func isStill(_ other: ManagedObject) -> Bool {
        guard let id = instance.attributes["id"], !id.isNull else { return true }
        return id == other.instance.attributes["id"]
    }
}

extension TerraformState {
    fileprivate var managedObjects: [String: ManagedObject] {
        var objects: [String: ManagedObject] = [:]
        for resource in resources where resource.mode == .managed {
            for instance in resource.instances {
                let name = resource.address(of: instance) + (instance.deposed.map { " (deposed \($0))" } ?? "")
                objects[name] = ManagedObject(provider: resource.provider, instance: instance)
            }
        }
        return objects
    }
}
