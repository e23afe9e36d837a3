import Diagnostics

/// Makes node trees of libyaml's events, within the limits, and collects what is wrong with them.
struct TreeBuilder {
    /// A limit was passed: nothing more of the file is read.
    struct LimitExceeded: Error {
        let diagnostic: Diagnostic
    }

    /// A finished node with what it costs to stand at another place too.
    private struct Built {
        let node: YAMLNode
        var nodes = 1
        var height = 0
    }

    private let reader: EventReader
    private let file: String
    private let limits: YAMLLimits
    /// How many lines of the file come before the text that `reader` reads.
    private let lineOffset: Int
    /// How many nodes may still be made, in this and all later texts of the file.
    private(set) var budget: Int
    private var anchors: [String: Built] = [:]
    private(set) var documents: [YAMLDocument] = []
    private(set) var diagnostics: [Diagnostic] = []

    init(reader: EventReader, file: String, limits: YAMLLimits, budget: Int, lineOffset: Int) {
        self.reader = reader
        self.file = file
        self.limits = limits
        self.budget = budget
        self.lineOffset = lineOffset
    }

    /// Reads to the end; what was complete before an error is kept in `documents`.
    mutating func readDocuments() throws {
        while true {
            let event = try reader.next()
            switch event.content {
            case .streamEnd: return
            case .documentStart:
                anchors = [:]
                let root = try build(try reader.next(), depth: 0).node
                documents.append(YAMLDocument(root: root))
            default: continue
            }
        }
    }

    func location(_ mark: Mark) -> SourceLocation {
        SourceLocation(file: file, line: mark.line + lineOffset + 1, column: mark.column + 1)
    }

    private func location(of event: Event) -> SourceLocation {
        let start = location(event.start)
        guard case .collectionEnd = event.content else {
            let length = event.end.line == event.start.line ? event.end.column - event.start.column : 1
            return SourceLocation(file: file, line: start.line, column: start.column, length: max(length, 1))
        }
        return start
    }

    private mutating func build(_ event: Event, depth: Int) throws -> Built {
        let location = location(of: event)
        try spend(1, at: location)
        let built: Built
        switch event.content {
        case .alias(let name): return try resolve(alias: name, depth: depth, at: location)
        case .scalar(let scalar): built = Built(node: YAMLNode(.scalar(scalar), tag: event.tag, at: location))
        case .sequenceStart: built = try buildSequence(event, depth: depth + 1, at: location)
        default: built = try buildMapping(event, depth: depth + 1, at: location)
        }
        if let anchor = event.anchor { anchors[anchor] = built }
        return built
    }

    private mutating func buildSequence(_ start: Event, depth: Int, at location: SourceLocation) throws -> Built {
        try checkDepth(depth, at: location)
        var size = (nodes: 1, height: 1)
        var elements: [YAMLNode] = []
        while let event = try nextInCollection() {
            let element = try build(event, depth: depth)
            size = (size.nodes + element.nodes, max(size.height, element.height + 1))
            elements.append(element.node)
        }
        let node = YAMLNode(.sequence(elements), tag: start.tag, at: location)
        return Built(node: node, nodes: size.nodes, height: size.height)
    }

    private mutating func buildMapping(_ start: Event, depth: Int, at location: SourceLocation) throws -> Built {
        try checkDepth(depth, at: location)
        var size = (nodes: 1, height: 1)
        var pairs: [YAMLPair] = []
        var places: [String: SourceLocation] = [:]
        while let event = try nextInCollection() {
            let key = try build(event, depth: depth)
            let value = try build(try reader.next(), depth: depth)
            size = (size.nodes + key.nodes + value.nodes, max(size.height, key.height + 1, value.height + 1))
            guard let scalar = key.node.scalar else {
                diagnostics.append(.keyIsNoScalar(at: key.node.location))
                continue
            }
            let keyLocation = self.location(of: event)
            if let first = places[scalar.text] {
                diagnostics.append(.duplicateKey(scalar.text, at: keyLocation, first: first))
                continue
            }
            places[scalar.text] = keyLocation
            pairs.append(
                YAMLPair(key: scalar.text, keyIsPlain: scalar.isPlain, keyLocation: keyLocation, value: value.node))
        }
        let node = YAMLNode(.mapping(pairs), tag: start.tag, at: location)
        return Built(node: node, nodes: size.nodes, height: size.height)
    }

    private mutating func nextInCollection() throws -> Event? {
        let event = try reader.next()
        if case .collectionEnd = event.content { return nil }
        return event
    }

    /// The tree of an anchor is shared, never copied; what it would cost written out is charged all the same.
    private mutating func resolve(alias name: String, depth: Int, at location: SourceLocation) throws -> Built {
        guard let built = anchors[name] else {
            diagnostics.append(.unknownAlias(name, at: location))
            return Built(node: YAMLNode(.scalar(YAMLScalar("", isPlain: true)), at: location))
        }
        try spend(built.nodes - 1, at: location)
        try checkDepth(depth + built.height, at: location)
        return built
    }

    private mutating func spend(_ nodes: Int, at location: SourceLocation) throws {
        budget -= nodes
        if budget < 0 { throw LimitExceeded(diagnostic: .tooManyNodes(limits.nodes, at: location)) }
    }

    private func checkDepth(_ depth: Int, at location: SourceLocation) throws {
        if depth > limits.depth { throw LimitExceeded(diagnostic: .tooDeep(limits.depth, at: location)) }
    }
}

extension Diagnostic {
    fileprivate static func keyIsNoScalar(at location: SourceLocation) -> Diagnostic {
        .error(
            "a key must be text, not a list or a mapping", at: location, hint: "quote it if it begins with `{` or `[`")
    }

    fileprivate static func duplicateKey(
        _ key: String, at location: SourceLocation, first: SourceLocation
    ) -> Diagnostic {
        .error("the key `\(key)` is given twice", at: location, notes: [Note("first given here", at: first)])
    }

    fileprivate static func unknownAlias(_ name: String, at location: SourceLocation) -> Diagnostic {
        .error("the alias `*\(name)` names no anchor that is complete before it", at: location)
    }

    fileprivate static func tooManyNodes(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        .error("the file holds more than \(limit) values once its aliases are written out", at: location)
    }

    fileprivate static func tooDeep(_ limit: Int, at location: SourceLocation) -> Diagnostic {
        .error("values are nested more than \(limit) levels deep", at: location)
    }
}
