import Diagnostics

extension TemplateParser {
    /// `if` and `unless`, with their `elsif` and `else`.
    mutating func conditional(_ opening: Tag, wanted: Bool) -> Node? {
        let end = "end\(opening.name)"
        var branches: [Node.Branch] = []
        var condition = readCondition(opening)
        var isWanted = wanted
        while true {
            let body = block(until: ["elsif", "else", end])
            if let condition { branches.append(.init(condition: condition, wanted: isWanted, body: body.nodes)) }
            switch body.end?.name {
            case "elsif":
                condition = body.end.flatMap { readCondition($0) }
                isWanted = true
            case "else":
                return .conditional(branches, otherwise: otherwise(body.end, of: opening))
            default:
                if let end = body.end { requireNothing(in: end) } else { reportUnclosed(opening) }
                return .conditional(branches, otherwise: [])
            }
        }
    }

    private mutating func readCondition(_ tag: Tag) -> Condition? {
        read(tag.markup) { (parser) throws(Diagnostic) in try parser.condition() }
    }

    /// What stands between `else` and the end of a block.
    private mutating func otherwise(_ tag: Tag?, of opening: Tag) -> [Node] {
        if let tag { requireNothing(in: tag) }
        let end = "end\(opening.name)"
        let inner: Set =
            opening.name == "case"
            ? ["else", "when", end] : opening.name == "for" ? ["else", end] : ["else", "elsif", end]
        var nodes: [Node] = []
        while true {
            let body = block(until: inner)
            nodes += body.nodes
            guard let stop = body.end else {
                reportUnclosed(opening)
                return nodes
            }
            if stop.name == end {
                requireNothing(in: stop)
                return nodes
            }
            report("`\(stop.name)` cannot stand behind the `else` of its `\(opening.name)`", at: stop.markup.whole)
        }
    }

    mutating func selection(_ opening: Tag) -> Node? {
        let subject = read(opening.markup) { (parser) throws(Diagnostic) in try parser.expression() }
        var choices: [Node.Choice] = []
        var body = block(until: ["when", "else", "endcase"])
        if body.nodes.contains(where: { !$0.isWhiteSpace }) {
            report("only white space can stand between `case` and its first `when`", at: opening.markup.whole)
        }
        while let stop = body.end {
            switch stop.name {
            case "when":
                let values = read(stop.markup) { (parser) throws(Diagnostic) in try parser.choices() }
                body = block(until: ["when", "else", "endcase"])
                choices.append(.init(values: values ?? [], body: body.nodes))
            case "else":
                let nodes = otherwise(stop, of: opening)
                return subject.map { .selection($0, choices, otherwise: nodes) }
            default:
                requireNothing(in: stop)
                return subject.map { .selection($0, choices, otherwise: []) }
            }
        }
        reportUnclosed(opening)
        return nil
    }

    mutating func loop(_ opening: Tag) -> Node? {
        let location = source.location(opening.markup.whole)
        let head = read(opening.markup) { (parser) throws(Diagnostic) in try parser.loopHead() }
        let body = loopBody(until: ["else", "endfor"])
        var nodes: [Node] = []
        switch body.end?.name {
        case "else": nodes = otherwise(body.end, of: opening)
        case nil: reportUnclosed(opening)
        default: if let end = body.end { requireNothing(in: end) }
        }
        guard let head else { return nil }
        return .loop(
            Node.Loop(
                variable: head.variable, subject: head.subject, offset: head.offset, limit: head.limit,
                isReversed: head.isReversed, body: body.nodes, otherwise: nodes, location: location))
    }
}

extension Node {
    fileprivate var isWhiteSpace: Bool {
        guard case .text(let text) = self else { return false }
        return text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
}
