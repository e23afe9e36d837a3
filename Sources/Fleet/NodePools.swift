import JSON

/// Node pools from an output that lists them: objects, or names, or a map from name to object or to version; sorted by
/// name. What has no name is left out.
func nodePools(from value: JSONValue) -> [ClusterRecord.NodePool] {
    let pools: [ClusterRecord.NodePool] =
        switch value {
        case .array(let elements): elements.compactMap { nodePool($0, key: nil) }
        case .object(let members): members.compactMap { nodePool($1, key: $0) }
        default: []
        }
    return pools.sorted { ($0.name, $0.version ?? "") < ($1.name, $1.version ?? "") }
}

private func nodePool(_ value: JSONValue, key: String?) -> ClusterRecord.NodePool? {
    switch value {
    case .string(let text):
        guard let key else { return ClusterRecord.NodePool(name: text) }
        return ClusterRecord.NodePool(name: key, version: KubernetesVersion(text)?.number)
    case .object(let members):
        let first = { (names: [String]) in names.lazy.compactMap { members[$0] }.first { !$0.isNull } }
        guard let name = key ?? first(["name", "node_pool_name", "node_group_name"])?.stringValue else { return nil }
        let version = first([
            "version", "kubernetes_version", "node_group_version", "orchestrator_version", "release_version",
        ])?.stringValue
        return ClusterRecord.NodePool(
            name: name, version: version.flatMap { KubernetesVersion($0)?.number },
            count: first(["count", "node_count", "desired_size", "desired_capacity", "size"])?.integerValue)
    case .null, .bool, .number, .array:
        return nil
    }
}
