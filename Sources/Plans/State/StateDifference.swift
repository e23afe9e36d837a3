/// What of a state's objects another version has, lacks, or has otherwise; by address, current objects only.
package struct StateDifference: Hashable, Sendable {
    /// Sorted, as all of these.
    package let added: [String]
    package let removed: [String]
    /// In both, with other attributes, another status or another provider.
    package let changed: [String]

    package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

    package init(from old: TerraformState, to new: TerraformState) {
        let (before, after) = (old.currentObjects, new.currentObjects)
        added = after.keys.filter { before[$0] == nil }.sorted()
        removed = before.keys.filter { after[$0] == nil }.sorted()
        changed = after.keys.filter { address in before[address].map { $0 != after[address] } ?? false }.sorted()
    }
}

private struct CurrentObject: Hashable {
    let provider: String
    let instance: TerraformState.Instance
}

extension TerraformState {
    fileprivate var currentObjects: [String: CurrentObject] {
        var objects: [String: CurrentObject] = [:]
        for resource in resources {
            for instance in resource.instances where instance.deposed == nil {
                objects[resource.address(of: instance)] = CurrentObject(provider: resource.provider, instance: instance)
            }
        }
        return objects
    }
}
