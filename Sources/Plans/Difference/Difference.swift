import JSON

/// What happens to a value: a tree that is drawn as a diff.
indirect enum DifferenceContent {
    /// A string, number, bool or null; nil on the side where there is nothing.
    case scalar(before: JSONValue?, after: JSONValue?)
    /// Hidden; the action is that of the value behind it.
    case sensitive(before: Bool, after: Bool, valueAction: DifferenceAction)
    /// Known only after the apply; with what is there now.
    case unknown(before: Difference?)
    case typeChange(before: Difference, after: Difference)
    /// Names are written bare where they can be.
    case object([(name: String, value: Difference)])
    /// Names are written in quotes.
    case map([(name: String, value: Difference)])
    case list([Difference])
    case block(attributes: [(name: String, value: Difference)], blocks: [(name: String, value: Difference)])
}

enum DifferenceAction {
    case noOp
    case create
    case update
    case delete
}

struct Difference {
    var action: DifferenceAction
    var forcesReplacement: Bool
    var content: DifferenceContent
}

/// How much is known about the type of a value.
enum ValueTyping {
    /// The provider gave it a type: null and the empty string are as good as absent, objects of like values are maps.
    case typed
    /// The same for an element of a list: an object there is an object, lists of maps are rare.
    case typedElement
    /// It has whatever type it happens to have, as inside JSON, in outputs and in `terraform_data`.
    case dynamic
}

extension Difference {
    init(of change: ValueChange, typing: ValueTyping) {
        if change.isSensitive {
            self.init(sensitive: change, typing: typing)
        } else if change.isUnknown {
            let isNew = change.before == nil || change.before == .null
            self.init(
                action: isNew ? .create : .update, forcesReplacement: change.forcesReplacement,
                content: .unknown(before: isNew ? nil : Difference(of: change.asDeletion, typing: typing)))
        } else {
            self.init(known: change, typing: typing)
        }
    }

    private init(sensitive change: ValueChange, typing: ValueTyping) {
        let before = change.beforeSensitive == true
        let after = change.afterSensitive == true
        var revealed = change
        revealed.beforeSensitive = nil
        revealed.afterSensitive = nil
        let inner = Difference(of: revealed, typing: typing)
        let isNothing = change.before == nil && change.after == nil
        let marksChange = inner.action == .noOp && before != after && !isNothing
        self.init(
            action: marksChange ? .update : inner.action, forcesReplacement: change.forcesReplacement,
            content: .sensitive(before: before, after: after, valueAction: inner.action))
    }

    private init(known change: ValueChange, typing: ValueTyping) {
        if let before = change.before, let after = change.after, Kind(before) != Kind(after) {
            self.init(
                action: .update, forcesReplacement: change.forcesReplacement,
                content: .typeChange(
                    before: Difference(of: change.asDeletion, typing: typing),
                    after: Difference(of: change.asCreation, typing: typing)))
            return
        }
        switch change.after ?? change.before {
        case .object: self.init(object: change, typing: typing)
        case .array: self.init(list: change, typing: typing)
        default:
            self.init(
                action: DifferenceAction(change, isEqual: change.before == change.after),
                forcesReplacement: change.forcesReplacement,
                content: .scalar(before: change.before, after: change.after))
        }
    }

    private init(object change: ValueChange, typing: ValueTyping) {
        let isMap = typing == .typed && Self.isMap(change)
        let children = change.names.map { name in
            let child = change.child(name)
            let value =
                typing == .dynamic || isMap ? Difference(of: child, typing: typing) : Difference(attribute: child)
            return (name: name, value: value)
        }
        self.init(
            action: DifferenceAction(change, isEqual: children.allSatisfy { $0.value.action == .noOp }),
            forcesReplacement: change.forcesReplacement, content: isMap ? .map(children) : .object(children))
    }

    private init(list change: ValueChange, typing: ValueTyping) {
        let children = ListAlignment(of: change).pairs.map { pair in
            Difference(
                of: change.child(before: pair.before, after: pair.after),
                typing: typing == .dynamic ? .dynamic : .typedElement)
        }
        self.init(
            action: DifferenceAction(change, isEqual: children.allSatisfy { $0.action == .noOp }),
            forcesReplacement: change.forcesReplacement, content: .list(children))
    }

    /// A typed attribute of a block or object. Providers cannot tell null from the empty string, so neither matters.
    init(attribute change: ValueChange) {
        var change = change
        let original = change
        if change.before == .null || change.before == "" { change.before = nil }
        if change.after == .null || change.after == "" { change.after = nil }
        self.init(of: change, typing: .typed)
        if case .scalar(nil, nil) = content {
            content = .scalar(before: original.before, after: original.after)
        }
    }

    /// An object whose values are all there and of one simple type; what a schema calls an object nearly always has
    /// values of several types, or nulls.
    private static func isMap(_ change: ValueChange) -> Bool {
        let values = [change.before, change.after].flatMap { $0?.objectValue.map { Array($0.values) } ?? [] }
        let kinds = Set(values.map(Kind.init))
        return kinds.isEmpty || (kinds.count == 1 && kinds.isDisjoint(with: [.null, .array, .object]))
    }

    private enum Kind: Hashable {
        case null, bool, number, string, array, object

        init(_ value: JSONValue) {
            switch value {
            case .null: self = .null
            case .bool: self = .bool
            case .number: self = .number
            case .string: self = .string
            case .array: self = .array
            case .object: self = .object
            }
        }
    }
}

extension DifferenceAction {
    /// - Parameter isEqual: whether nothing differs, asked where there is something on both sides.
    init(_ change: ValueChange, isEqual: Bool) {
        switch (change.before, change.after) {
        case (nil, nil): self = .noOp
        case (nil, _): self = .create
        case (_, nil): self = .delete
        default: self = isEqual ? .noOp : .update
        }
    }
}
