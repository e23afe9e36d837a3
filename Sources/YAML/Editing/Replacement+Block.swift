extension Replacement {
    /// The value as lines of its own.
    ///
    /// - Parameter step: how far it is indented below a key.
    func blocks(stepBelowKey step: Int, _ write: (Int) -> String) -> [Splice] {
        var splices: [Splice] = []
        if let column = columnOfPresentBlock(step), node.tag == nil {
            splices.append(Splice(node.start..<endOfLastLine, write(column)))
        }
        return splices + [belowLead(step, write)]
    }

    /// Where the present block stands, if another one of this kind may stand there too.
    private func columnOfPresentBlock(_ step: Int) -> Int? {
        guard node.form == .blockCollection else { return nil }
        let column = text.column(ofByte: node.start)
        guard case .key = slot.holder else { return column }
        return column > slot.column || step == 0 ? column : nil
    }

    private func belowLead(_ step: Int, _ write: (Int) -> String) -> Splice {
        let comment = text.text(comment)
        guard let lead = slot.lead else {
            switch slot.holder {
            case .key(let end):
                let column = slot.column + step
                return Splice(
                    at: text.restOfLine(from: end).upperBound, ownColon + lines.newLine(column) + write(column))
            default: return atOwnLine(comment, column: 0, write)
            }
        }
        if case .list = slot.holder, node.anchor == nil, text.isBlank(self.comment) {
            let isBehind = beginsBehindLead && !node.isEmpty
            let margin = isBehind ? text.text(lead..<node.range.lowerBound) : " "
            return Splice(lead..<end, margin + write(slot.column + 1 + margin.unicodeScalars.count))
        }
        if !beginsBehindLead, node.form != .blockCollection, !node.isEmpty {
            return atOwnLine(comment, column: text.column(ofByte: node.range.lowerBound), write)
        }
        let column = column(step)
        let anchor = node.anchor.map { " &\($0)" } ?? ""
        return Splice(lead..<end, anchor + comment + lines.newLine(column) + write(column))
    }

    private func column(_ step: Int) -> Int {
        switch slot.holder {
        case .document: 0
        case .key: slot.column + step
        case .list: slot.column + 2
        }
    }

    /// For a value that stands at the beginning of a line: a comment behind it goes before.
    private func atOwnLine(_ comment: String, column: Int, _ write: (Int) -> String) -> Splice {
        if node.isEmpty, node.range.isEmpty { return emptyDocument(write(column)) }
        let kept = [node.anchor.map { "&\($0)" }, comment.drop { $0 == " " }.isEmpty ? nil : comment.trimmingBlanks]
        let before = kept.compactMap(\.self).joined(separator: " ")
        return Splice(
            node.range.lowerBound..<end, (before.isEmpty ? "" : before + lines.newLine(column)) + write(column))
    }

    /// What follows the present value on its line, or stands behind its key where it is a block.
    private var comment: Range<Int> {
        if node.isEmpty {
            return text.restOfLine(from: node.range.isEmpty ? slot.lead ?? node.start : node.range.upperBound)
        }
        guard node.form == .blockCollection else {
            return node.block?.headerRest ?? text.restOfLine(from: node.range.upperBound)
        }
        guard let lead = slot.lead, !beginsBehindLead else { return node.start..<node.start }
        return commentBehindLead(lead)
    }

    /// Where what is replaced ends.
    private var end: Int {
        switch node.form {
        case .blockScalar where !node.isEmpty: node.range.upperBound
        case .blockCollection: endOfLastLine
        default: comment.upperBound
        }
    }
}

extension String {
    fileprivate var trimmingBlanks: Substring { drop { $0 == " " || $0 == "\t" } }
}
