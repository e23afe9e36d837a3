/// A value as it stands in a text: how it is written and which bytes it takes. Aliases are not followed.
struct PlacedNode: Sendable {
    enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([Item])
        case mapping([Pair])
        case alias(String)
    }

    struct Item: Sendable {
        /// Behind the `-`; nil inside `[…]`.
        let lead: Int?
        let value: PlacedNode
    }

    struct Pair: Sendable {
        let key: PlacedNode
        /// The key as text; an alias is followed.
        let name: String
        /// Behind the `:`; nil where a key stands alone.
        let lead: Int?
        let value: PlacedNode
    }

    let content: Content
    /// Nil of an alias.
    let form: Event.Form?
    let anchor: String?
    let tag: String?
    /// With anchor and tag; without the blank lines and comments that follow. Empty where nothing is written.
    let range: Range<Int>
    /// Behind anchor and tag.
    let properties: Range<Int>
    /// Where the value itself begins; the end of `range` where it is empty.
    let start: Int
    /// The parts of a block scalar.
    var block: BlockScalar?

    /// Nothing is written but, at most, an anchor and a tag.
    var isEmpty: Bool { start == range.upperBound }

    /// `a: 1` inside `[…]`, without braces of its own.
    var isBracelessPair: Bool {
        guard case .mapping(let pairs) = content, form == .flowCollection else { return false }
        return pairs.first?.key.range.lowerBound == start
    }
}

/// A document with what its aliases stand for.
struct PlacedDocument: Sendable {
    /// An alias and the value that it repeats.
    struct Reference: Sendable {
        let name: String
        let alias: Range<Int>
        let target: Range<Int>
    }

    let root: PlacedNode
    let references: [Reference]
    /// Where `---` ends, where it is written.
    let lead: Int?
}
