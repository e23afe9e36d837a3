import JSON

extension Difference {
    /// A resource or a block inside one.
    ///
    /// - Parameters:
    ///   - shape: what the configuration says about names; nil when it no longer has this resource.
    ///   - typing: `.dynamic` for Terraform's built-in resources, whose attributes take any type.
    init(block change: ValueChange, shape: ConfiguredBlocks.Shape?, typing: ValueTyping) {
        var attributes: [(name: String, value: Difference)] = []
        var blocks: [(name: String, value: Difference)] = []
        for name in change.names {
            let child = change.child(name)
            switch BlockMember(name: name, change: child, shape: shape, typing: typing) {
            case .nothing: break
            case .attribute: attributes.append((name, Difference(attributeOfBlock: child, typing: typing)))
            case .blocks(let shape):
                blocks += Self.blocks(of: child, shape: shape, typing: typing).map { (name, $0) }
            }
        }
        let isEqual = (attributes + blocks).allSatisfy { $0.value.action == .noOp }
        self.init(
            action: DifferenceAction(change, isEqual: isEqual), forcesReplacement: change.forcesReplacement,
            content: .block(attributes: attributes, blocks: blocks))
    }

    private init(attributeOfBlock change: ValueChange, typing: ValueTyping) {
        guard typing == .dynamic else {
            self.init(attribute: change)
            return
        }
        var change = change
        if change.before == .null { change.before = nil }
        if change.after == .null { change.after = nil }
        self.init(of: change, typing: .dynamic)
    }

    private static func blocks(
        of change: ValueChange, shape: ConfiguredBlocks.Shape?, typing: ValueTyping
    ) -> [Difference] {
        if change.isUnknown { return [Difference(of: change, typing: typing)] }
        guard change.before?.arrayValue != nil || change.after?.arrayValue != nil else {
            return [Difference(block: change, shape: shape, typing: typing)]
        }
        return ListAlignment(of: change).pairs.map { pair in
            let child = change.child(before: pair.before, after: pair.after)
            return child.isSensitive || child.isUnknown
                ? Difference(of: child, typing: typing) : Difference(block: child, shape: shape, typing: typing)
        }
    }
}

/// What a name inside a block stands for.
private enum BlockMember {
    /// Null on both sides, or no blocks of that name.
    case nothing
    case attribute
    case blocks(ConfiguredBlocks.Shape?)

    init(name: String, change: ValueChange, shape: ConfiguredBlocks.Shape?, typing: ValueTyping) {
        let values = [change.before, change.after].compactMap(\.self).filter { !$0.isNull }
        if values.isEmpty, !change.isUnknown {
            self = .nothing
        } else if typing == .dynamic || change.isSensitive || shape?.attributes.contains(name) == true {
            self = .attribute
        } else if let block = shape?.blocks[name] {
            self = .blocks(block)
        } else if change.isUnknown {
            self = .attribute
        } else {
            self.init(unconfigured: values, change: change, isInConfiguration: shape != nil)
        }
    }

    /// Nobody wrote it. Lists of objects are then computed attributes, or blocks of a resource that has left the
    /// configuration; an empty list is nearly always a block that is not there (an attribute would be null).
    private init(unconfigured values: [JSONValue], change: ValueChange, isInConfiguration: Bool) {
        if values.allSatisfy({ $0 == [] }), change.before == change.after || change.before == nil || change.after == nil
        {
            self = .nothing
        } else if !isInConfiguration, values.allSatisfy({ Self.isListOfObjects($0) }) {
            self = .blocks(nil)
        } else {
            self = .attribute
        }
    }

    private static func isListOfObjects(_ value: JSONValue) -> Bool {
        value.arrayValue?.allSatisfy { $0.objectValue != nil } == true
    }
}
