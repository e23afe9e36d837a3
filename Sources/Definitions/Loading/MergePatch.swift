import YAML

/// JSON Merge Patch (RFC 7396) over node trees, so that every value keeps the place where it was written.
enum MergePatch {
    /// `patch` laid over `target`: mappings are merged, null removes, everything else replaces. Keys that both have
    /// stay where the target has them, new ones follow.
    static func apply(_ patch: YAMLNode, to target: YAMLNode?) -> YAMLNode {
        guard let changes = patch.mapping else { return patch }
        var pairs = target?.mapping ?? []
        var positions = Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($1.key, $0) })
        var removed: Set<String> = []
        for change in changes {
            guard !change.value.isNull else {
                removed.insert(change.key)
                continue
            }
            let position = positions[change.key]
            let merged = YAMLPair(
                key: change.key, keyIsPlain: change.keyIsPlain, keyLocation: change.keyLocation,
                value: apply(change.value, to: position.map { pairs[$0].value }))
            if let position {
                pairs[position] = merged
            } else {
                positions[change.key] = pairs.count
                pairs.append(merged)
            }
        }
        return YAMLNode(
            .mapping(removed.isEmpty ? pairs : pairs.filter { !removed.contains($0.key) }), tag: patch.tag,
            at: patch.location)
    }
}

extension YAMLNode {
    /// The tree without one key, given as the keys on the way to it.
    func removing(_ path: [String]) -> YAMLNode {
        guard let key = path.first, let pairs = mapping else { return self }
        let rest = Array(path.dropFirst())
        let kept: [YAMLPair] = pairs.compactMap { pair in
            guard pair.key == key else { return pair }
            guard !rest.isEmpty else { return nil }
            return YAMLPair(
                key: pair.key, keyIsPlain: pair.keyIsPlain, keyLocation: pair.keyLocation,
                value: pair.value.removing(rest))
        }
        return YAMLNode(.mapping(kept), tag: tag, at: location)
    }
}
