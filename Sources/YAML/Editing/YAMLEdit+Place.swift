import Diagnostics

extension YAMLEdit {
    /// The place at the end of a path, if a change there changes nothing elsewhere.
    ///
    /// - Parameter replaces: whether what stands there goes, and the anchors in it too.
    func slot(
        at path: [YAMLPathStep], in document: PlacedDocument, replaces: Bool
    ) throws(Diagnostic) -> Slot {
        var slot = Slot(rootOf: document)
        var ranges: [Range<Int>] = []
        for step in path {
            if case .alias(let name) = slot.node.content {
                throw .throughAlias(name, at: location(slot.node.range))
            }
            ranges.append(slot.node.range)
            guard let next = slot.next(step, in: text) else {
                throw .editFailed(path.text, at: location(slot.node.range))
            }
            slot = next
        }
        try checkReferences(to: slot.node, below: ranges, in: document, replaces: replaces)
        return slot
    }

    /// A value that others repeat by an alias is not changed behind their back.
    private func checkReferences(
        to node: PlacedNode, below ancestors: [Range<Int>], in document: PlacedDocument, replaces: Bool
    ) throws(Diagnostic) {
        let broken = document.references.filter { reference in
            let isInside = !node.range.isEmpty && node.range.contains(reference.alias.lowerBound)
            let isTarget = ancestors.contains(reference.target) || reference.target == node.range
            let holdsTarget = replaces && !node.range.isEmpty && node.range.contains(reference.target.lowerBound)
            return !isInside && (isTarget || holdsTarget)
        }
        guard let first = broken.first else { return }
        throw .sharedValue(
            first.name, at: location(node.range), aliases: broken.map { ($0.name, location($0.alias)) })
    }

    func location(_ range: Range<Int>) -> SourceLocation {
        let start = text.position(ofByte: range.lowerBound)
        let line = text.line(around: range.lowerBound)
        let shown = range.lowerBound..<min(range.upperBound, line.upperBound)
        let length = text.text(shown.lowerBound..<max(shown.lowerBound, shown.upperBound)).unicodeScalars.count
        return SourceLocation(file: file, line: start.line, column: start.column, length: max(length, 1))
    }
}
