extension Replacement {
    /// The value on one line, in the style of the present one where that can hold it.
    var onOneLine: [Splice] {
        styles.map { new in
            if node.isEmpty { return intoEmptyPlace(new) }
            if node.form == .blockCollection { return insteadOfBlock(new) }
            let comment = node.block.map { text.text($0.headerRest) } ?? ""
            return inPlace(new + comment, to: node.range.upperBound)
        }
    }

    private var styles: [String] {
        guard case .string(let new) = content else { return [FlowWriter.text(content)] }
        let preferred: String? =
            switch node.form {
            case .doubleQuoted: nil
            case .singleQuoted: ScalarStyle.singleQuoted(new)
            default: ScalarStyle.plain(new, inFlow: slot.isInFlow)
            }
        return [preferred, ScalarStyle.doubleQuoted(new)].compactMap(\.self)
    }

    private func inPlace(_ new: String, to end: Int) -> Splice {
        tagFits ? Splice(node.start..<end, new) : Splice(node.range.lowerBound..<end, anchorText + new)
    }

    private func intoEmptyPlace(_ new: String) -> Splice {
        if !node.range.isEmpty {
            return tagFits ? Splice(at: node.range.upperBound, " " + new) : Splice(node.range, anchorText + new)
        }
        if let lead = slot.lead { return Splice(at: lead, " " + new) }
        switch slot.holder {
        case .key(let end) where slot.isInFlow: return Splice(at: end, ": " + new)
        case .key(let end): return Splice(at: text.restOfLine(from: end).upperBound, ownColon + " " + new)
        default: return emptyDocument(new)
        }
    }

    /// For a `? key` that has no `:` yet.
    var ownColon: String { lines.newLine(slot.column) + ":" }

    func emptyDocument(_ new: String) -> Splice {
        let place = node.start
        return Splice(at: place, (text.isFirstOnLine(place) ? "" : lines.lineEnd) + new + lines.lineEnd)
    }

    /// The comment behind the key stays, those inside the block go with it.
    private func insteadOfBlock(_ new: String) -> Splice {
        guard let lead = slot.lead, !beginsBehindLead else { return inPlace(new, to: endOfLastLine) }
        let comment = text.text(commentBehindLead(lead))
        return Splice(lead..<endOfLastLine, " " + anchorText + new + comment)
    }

    /// What stands behind the key and its anchor, before the lines of the block.
    func commentBehindLead(_ lead: Int) -> Range<Int> {
        let properties = node.properties
        let isOnThisLine = !properties.isEmpty && text.line(around: lead) == text.line(around: properties.lowerBound)
        return text.restOfLine(from: isOnThisLine ? properties.upperBound : lead)
    }
}
