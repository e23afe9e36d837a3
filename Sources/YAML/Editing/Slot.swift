/// A value's place in a document: what may be written there depends on what is around it.
struct Slot {
    enum Holder {
        case document
        /// A key that ends at this byte.
        case key(end: Int)
        case list
    }

    let node: PlacedNode
    let holder: Holder
    /// Behind the `:`, the `-` or the `---` that the value follows; nil where there is none.
    let lead: Int?
    /// Of the keys or dashes beside it.
    let column: Int
    /// Inside `{…}` or `[…]`.
    let isInFlow: Bool
}

extension Slot {
    init(rootOf document: PlacedDocument) {
        self.init(node: document.root, holder: .document, lead: document.lead, column: 0, isInFlow: false)
    }

    /// The value one step further, or nil where there is none.
    func next(_ step: YAMLPathStep, in text: SourceText) -> Slot? {
        let column = text.column(ofByte: node.start)
        let isInFlow = isInFlow || node.form == .flowCollection
        switch (step, node.content) {
        case (.key(let name), .mapping(let pairs)):
            return pairs.first { $0.name == name }.map {
                Slot(
                    node: $0.value, holder: .key(end: $0.key.range.upperBound), lead: $0.lead, column: column,
                    isInFlow: isInFlow)
            }
        case (.index(let index), .sequence(let items)) where items.indices.contains(index):
            return Slot(
                node: items[index].value, holder: .list, lead: items[index].lead, column: column, isInFlow: isInFlow)
        default: return nil
        }
    }
}

/// Bytes that are replaced.
struct Splice {
    let range: Range<Int>
    let text: String

    init(_ range: Range<Int>, _ text: String) {
        self.range = range
        self.text = text
    }

    init(at offset: Int, _ text: String) {
        self.init(offset..<offset, text)
    }
}
