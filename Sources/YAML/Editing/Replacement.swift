/// The ways to write another value in a value's place, the one that keeps most of what is there first.
///
/// Which of them reads back as wished, `YAMLEdit` finds out: a tag or a style may make something else of a text.
struct Replacement {
    let text: SourceText
    let slot: Slot
    let content: YAMLContent
    let lines: BlockLines

    var node: PlacedNode { slot.node }

    var splices: [Splice] {
        let isOnOneLine = slot.isInFlow || node.form == .flowCollection
        switch content {
        case .mapping(let pairs) where !pairs.isEmpty && !isOnOneLine:
            return blocks(stepBelowKey: lines.layout.mapping) { lines.text(pairs, column: $0) }
        case .sequence(let elements) where !elements.isEmpty && !isOnOneLine:
            return blocks(stepBelowKey: lines.layout.sequence) { lines.text(elements, column: $0) }
        default:
            return rewrittenBlockScalar + onOneLine
        }
    }

    /// `&name ` where the value has an anchor: it stays when the tag has to go.
    var anchorText: String { node.anchor.map { "&\($0) " } ?? "" }

    /// A tag that says of the new value what it is may stay.
    var tagFits: Bool {
        switch (node.tag, content) {
        case (nil, _), (YAMLTag.string, .string), (YAMLTag.nonSpecific, .string), (YAMLTag.null, .null),
            (YAMLTag.bool, .bool), (YAMLTag.float, .number), (YAMLTag.float, .plain):
            true
        case (YAMLTag.integer, .number), (YAMLTag.integer, .plain):
            !FlowWriter.text(content).contains { $0 == "." || $0 == "e" || $0 == "E" }
        default: false
        }
    }

    /// The value begins on the line of the key or dash before it.
    var beginsBehindLead: Bool {
        guard let lead = slot.lead else { return false }
        return text.line(around: lead) == text.line(around: node.start)
    }

    /// The end of the last line of the value; what else stands there is a comment on it.
    var endOfLastLine: Int { text.restOfLine(from: node.range.upperBound).upperBound }

    private var rewrittenBlockScalar: [Splice] {
        guard case .string(let new) = content, let block = node.block, tagFits else { return [] }
        let rewritten = block.rewritten(new, in: text, indentation: slot.column + lines.layout.mapping)
        return rewritten.map { [Splice(block.range, $0.replacing("\n", with: lines.lineEnd))] } ?? []
    }
}
