/// Entries that are added behind the last one of a collection that is there.
struct Addition {
    let text: SourceText
    let node: PlacedNode
    let lines: BlockLines

    func pairs(_ pairs: [YAMLContent.Pair]) -> Splice {
        guard case .mapping(let present) = node.content, node.form == .flowCollection else {
            return below { lines.text(pairs, column: $0) }
        }
        let last = present.last.map { ($0.key.range.lowerBound, $0.value, $0.lead) }
        return between(pairs.map(FlowWriter.text), last: last)
    }

    func items(_ items: [YAMLContent]) -> Splice {
        guard case .sequence(let present) = node.content, node.form == .flowCollection else {
            return below { lines.text(items, column: $0) }
        }
        let last = present.last.map { ($0.value.range.lowerBound, $0.value, nil as Int?) }
        return between(items.map(FlowWriter.text), last: last)
    }

    /// On lines of their own; what follows the last entry as a comment on its line stays there.
    private func below(_ write: (Int) -> String) -> Splice {
        let column = text.column(ofByte: node.start)
        let end = text.restOfLine(from: node.range.upperBound).upperBound
        return Splice(at: end, lines.newLine(column) + write(column))
    }

    /// Inside the braces or brackets; on lines of their own where the last entry has one.
    private func between(_ entries: [String], last: (start: Int, value: PlacedNode, lead: Int?)?) -> Splice {
        let close = node.range.upperBound - 1
        guard let last else {
            let inside = node.start + 1..<close
            return Splice(
                text.isBlank(inside) ? inside : inside.lowerBound..<inside.lowerBound, entries.joined(separator: ", "))
        }
        let end = last.value.range.upperBound
        let next = text.skippingBlanksAndComments(from: end)
        let hasComma = text.bytes[next] == UInt8(ascii: ",")
        let rest = text.restOfLine(from: hasComma ? next + 1 : end)
        guard text.isFirstOnLine(last.start), rest.upperBound <= close else {
            // `a:` may not stand before a comma.
            let separator = last.value.isEmpty && last.lead != nil ? " , " : ", "
            return Splice(at: end, separator + entries.joined(separator: ", "))
        }
        let newLine = lines.newLine(text.column(ofByte: last.start))
        return Splice(
            end..<rest.upperBound,
            (hasComma ? "" : ",") + text.text(end..<rest.upperBound) + newLine
                + entries.joined(separator: "," + newLine) + (hasComma ? "," : ""))
    }
}
