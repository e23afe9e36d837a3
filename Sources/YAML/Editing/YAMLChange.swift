import JSON

/// What is done to one value of a document.
enum YAMLChange {
    case replace(YAMLContent)
    /// Behind the last key of a mapping.
    case addPairs([YAMLContent.Pair])
    /// Behind the last item of a list.
    case addItems([YAMLContent])
}

extension YAMLChange {
    /// Whether this change, made at the end of the path, and nothing else makes `new` of `old`.
    func makes(_ new: YAMLNode, of old: YAMLNode, at path: ArraySlice<YAMLPathStep>) -> Bool {
        guard let step = path.first else { return makes(new, of: old) }
        guard new.tag == old.tag else { return false }
        switch (step, old.kind, new.kind) {
        case (.key(let key), .mapping(let before), .mapping(let after)):
            return before.count == after.count
                && zip(before, after).allSatisfy { before, after in
                    before.hasSameKey(as: after)
                        && (before.key == key
                            ? makes(after.value, of: before.value, at: path.dropFirst())
                            : before.value.hasSameContent(as: after.value))
                }
        case (.index(let index), .sequence(let before), .sequence(let after)):
            return before.count == after.count
                && zip(before, after).enumerated().allSatisfy { position, nodes in
                    position == index
                        ? makes(nodes.1, of: nodes.0, at: path.dropFirst())
                        : nodes.0.hasSameContent(as: nodes.1)
                }
        default: return false
        }
    }

    private func makes(_ new: YAMLNode, of old: YAMLNode) -> Bool {
        switch self {
        case .replace(let content):
            return new.reads(as: content)
        case .addPairs(let pairs):
            guard let before = old.mapping, let after = new.mapping, new.tag == old.tag else { return false }
            return after.count == before.count + pairs.count
                && zip(before, after).allSatisfy { $0.hasSameKey(as: $1) && $0.value.hasSameContent(as: $1.value) }
                && zip(pairs, after.dropFirst(before.count)).allSatisfy {
                    $0.key == $1.key && $1.value.reads(as: $0.value)
                }
        case .addItems(let items):
            guard let before = old.sequence, let after = new.sequence, new.tag == old.tag else { return false }
            return after.count == before.count + items.count
                && zip(before, after).allSatisfy { $0.hasSameContent(as: $1) }
                && zip(items, after.dropFirst(before.count)).allSatisfy { $1.reads(as: $0) }
        }
    }
}

extension YAMLPair {
    fileprivate func hasSameKey(as other: YAMLPair) -> Bool {
        key == other.key && keyIsPlain == other.keyIsPlain
    }
}

extension YAMLNode {
    /// The same values, written alike; places apart.
    func hasSameContent(as other: YAMLNode) -> Bool {
        guard tag == other.tag else { return false }
        switch (kind, other.kind) {
        case (.scalar(let one), .scalar(let two)): return one == two
        case (.sequence(let one), .sequence(let two)):
            return one.count == two.count && zip(one, two).allSatisfy { $0.hasSameContent(as: $1) }
        case (.mapping(let one), .mapping(let two)):
            return one.count == two.count
                && zip(one, two).allSatisfy { $0.hasSameKey(as: $1) && $0.value.hasSameContent(as: $1.value) }
        default: return false
        }
    }

    /// Both versions of YAML read the node as this content, its keys in the same order.
    func reads(as content: YAMLContent) -> Bool {
        switch (content, kind) {
        case (.plain(let text), .scalar(let scalar)):
            return scalar.isPlain && scalar.text == text && tag != YAMLTag.string && tag != YAMLTag.nonSpecific
        case (.sequence(let contents), .sequence(let nodes)):
            return contents.count == nodes.count && zip(contents, nodes).allSatisfy { $1.reads(as: $0) }
        case (.mapping(let contents), .mapping(let pairs)):
            return contents.count == pairs.count
                && zip(contents, pairs).allSatisfy { $0.key == $1.key && $1.value.reads(as: $0.value) }
        case (_, .scalar):
            let value = content.scalarValue
            return value != nil && json(.core12) == value && json(.yaml11) == value && problems(.core12).isEmpty
        default: return false
        }
    }
}

extension YAMLContent {
    /// Nil of collections, and of what is written just as it stands.
    fileprivate var scalarValue: JSONValue? {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .plain, .sequence, .mapping: nil
        }
    }
}
