import Diagnostics

/// Reads the pieces of a template into nodes; what is wrong is collected, and reading goes on behind it.
struct TemplateParser {
    private static let deepest = 50
    private static let inner: Set = ["else", "elsif", "when", "endif", "endunless", "endcase", "endfor", "endcapture"]
    private static let known = [
        "if", "unless", "case", "for", "assign", "capture", "break", "continue", "raw", "comment", "else", "elsif",
        "when", "endif", "endunless", "endcase", "endfor", "endcapture",
    ]

    /// A tag that a block stopped at.
    struct Tag {
        let name: String
        let markup: Markup
    }

    let source: TemplateSource
    private let pieces: [Piece]
    private var index = 0
    /// What each open block stops at, the innermost last.
    private var stops: [Set<String>] = []
    private var loops = 0
    private(set) var problems: [Diagnostic]

    init(_ source: TemplateSource) {
        self.source = source
        let scanner = TemplateScanner(source)
        pieces = scanner.pieces
        problems = scanner.problems
    }

    mutating func parse() -> [Node] {
        block(until: []).nodes
    }

    // MARK: Blocks

    /// The nodes up to one of the tags; its tag is nil where the template, or an outer block, ended before.
    mutating func block(until names: Set<String>) -> (nodes: [Node], end: Tag?) {
        stops.append(names)
        defer { stops.removeLast() }
        var nodes: [Node] = []
        while index < pieces.count {
            let piece = pieces[index]
            if case .tag(let name, let markup) = piece, Self.inner.contains(name) {
                if names.contains(name) {
                    index += 1
                    return (nodes, Tag(name: name, markup: markup))
                }
                if stops.contains(where: { $0.contains(name) }) { return (nodes, nil) }
            }
            index += 1
            if let node = node(piece) { nodes.append(node) }
        }
        return (nodes, nil)
    }

    /// The body of a loop, in which `break` and `continue` may stand.
    mutating func loopBody(until names: Set<String>) -> (nodes: [Node], end: Tag?) {
        loops += 1
        defer { loops -= 1 }
        return block(until: names)
    }

    /// Reports what is wrong in some markup; nil then.
    mutating func read<Value>(
        _ markup: Markup, _ body: (inout MarkupParser) throws(Diagnostic) -> Value
    ) -> Value? {
        do {
            var parser = try MarkupParser(source, markup)
            let value = try body(&parser)
            try parser.finish()
            return value
        } catch {
            problems.append(error)
            return nil
        }
    }

    mutating func reportUnclosed(_ tag: Tag) {
        report("`\(tag.name)` is not closed by `end\(tag.name)`", at: tag.markup.whole)
    }

    mutating func report(_ message: String, at range: Range<Int>, hint: String? = nil) {
        problems.append(.error(message, at: source.location(range), hint: hint))
    }

    /// Nothing may stand behind the name of this tag.
    mutating func requireNothing(in tag: Tag) {
        let _: Void? = read(tag.markup) { (_) throws(Diagnostic) in }
    }

    // MARK: Pieces

    private mutating func node(_ piece: Piece) -> Node? {
        switch piece {
        case .text(let text): return .text(text)
        case .output(let markup):
            return read(markup) { (parser) throws(Diagnostic) in Node.output(try parser.filtered()) }
        case .tag(let name, let markup):
            guard stops.count <= Self.deepest else {
                report("more than \(Self.deepest) blocks stand in each other", at: markup.whole)
                index = pieces.count
                return nil
            }
            return node(Tag(name: name, markup: markup))
        }
    }

    private mutating func node(_ tag: Tag) -> Node? {
        switch tag.name {
        case "if": return conditional(tag, wanted: true)
        case "unless": return conditional(tag, wanted: false)
        case "case": return selection(tag)
        case "for": return loop(tag)
        case "assign": return assign(tag)
        case "capture": return capture(tag)
        case "break", "continue": return exit(tag)
        case let name where Self.inner.contains(name) || name == "endraw" || name == "endcomment":
            report("`\(name)` closes or continues nothing here", at: tag.markup.whole)
        case "": report("the name of a tag is missing", at: tag.markup.whole)
        case let name:
            report(
                "unknown tag `\(name)`", at: tag.markup.whole,
                hint: suggestion(for: name, among: Self.known).map { "did you mean `\($0)`?" }
                    ?? "known are if, unless, case, for, assign, capture, break, continue, raw and comment")
        }
        return nil
    }

    private mutating func assign(_ tag: Tag) -> Node? {
        read(tag.markup) { (parser) throws(Diagnostic) in
            let name = try parser.takeVariable()
            try parser.require("=")
            return .assign(name, try parser.filtered())
        }
    }

    private mutating func capture(_ tag: Tag) -> Node? {
        let name = read(tag.markup) { (parser) throws(Diagnostic) in try parser.takeVariable() }
        let body = block(until: ["endcapture"])
        if let end = body.end { requireNothing(in: end) } else { reportUnclosed(tag) }
        return name.map { .capture($0, body.nodes) }
    }

    private mutating func exit(_ tag: Tag) -> Node? {
        requireNothing(in: tag)
        guard loops > 0 else {
            report("`\(tag.name)` stands in no `for`", at: tag.markup.whole)
            return nil
        }
        return Node.LoopExit(rawValue: tag.name).map(Node.leave)
    }
}
