/// Reads where everything stands in a text that is known to be good YAML.
struct PlacedTreeBuilder {
    private let reader: EventReader
    private let text: SourceText
    private var cursor: ByteCursor
    private var anchors: [String: PlacedNode] = [:]
    private var references: [PlacedDocument.Reference] = []
    private var documents: [PlacedDocument] = []

    static func documents(of text: SourceText) throws(SyntaxProblem) -> [PlacedDocument] {
        guard !text.bytes.isEmpty else { return [] }
        let result = text.bytes.withUnsafeBufferPointer { buffer -> Result<[PlacedDocument], SyntaxProblem> in
            var builder = PlacedTreeBuilder(reader: EventReader(buffer), text: text)
            do throws(SyntaxProblem) {
                try builder.readDocuments()
                return .success(builder.documents)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init(reader: EventReader, text: SourceText) {
        self.reader = reader
        self.text = text
        self.cursor = ByteCursor(text)
    }

    private mutating func readDocuments() throws(SyntaxProblem) {
        while true {
            let event = try reader.next()
            switch event.content {
            case .streamEnd: return
            case .documentStart:
                (anchors, references) = ([:], [])
                let (start, end) = (cursor.offset(of: event.start), cursor.offset(of: event.end))
                let lead = start < end ? end : nil
                let root = try build(try reader.next(), orEmptyAt: lead)
                documents.append(PlacedDocument(root: root, references: references, lead: lead))
            default: continue
            }
        }
    }

    /// - Parameter place: where the value stands if nothing is written, as libyaml puts it at what comes next.
    private mutating func build(_ event: Event, orEmptyAt place: Int? = nil) throws(SyntaxProblem) -> PlacedNode {
        let start = cursor.offset(of: event.start)
        let end = cursor.offset(of: event.end)
        let node: PlacedNode
        switch event.content {
        case .alias(let name):
            if let target = anchors[name] {
                references.append(.init(name: name, alias: start..<end, target: target.range))
            }
            return PlacedNode(
                content: .alias(name), form: nil, anchor: nil, tag: nil, range: start..<end, properties: start..<start,
                start: start)
        case .scalar(let scalar):
            node = build(scalar, event, start..<end, orEmptyAt: place)
        case .sequenceStart:
            let (properties, content) = parts(of: event, start..<end)
            let (items, itemsEnd) = try buildItems(from: content, isFlow: event.form == .flowCollection)
            node = PlacedNode(
                content: .sequence(items), form: event.form, anchor: event.anchor, tag: event.tag,
                range: start..<itemsEnd, properties: properties, start: content)
        default:
            let (properties, content) = parts(of: event, start..<end)
            let (pairs, pairsEnd) = try buildPairs(from: content, isFlow: event.form == .flowCollection)
            node = PlacedNode(
                content: .mapping(pairs), form: event.form, anchor: event.anchor, tag: event.tag,
                range: start..<pairsEnd, properties: properties, start: content)
        }
        if let anchor = node.anchor { anchors[anchor] = node }
        return node
    }

    private func build(
        _ scalar: YAMLScalar, _ event: Event, _ range: Range<Int>, orEmptyAt place: Int?
    ) -> PlacedNode {
        let (properties, content) = parts(of: event, range)
        var range = range
        var block: BlockScalar?
        if event.form == .blockScalar {
            let parts = BlockScalar(in: text, from: content, to: range.upperBound, value: scalar.text)
            range = range.lowerBound..<parts.range.upperBound
            block = parts
        } else if range.isEmpty, let place {
            range = place..<place
        }
        return PlacedNode(
            content: .scalar(scalar), form: event.form, anchor: event.anchor, tag: event.tag, range: range,
            properties: range.isEmpty ? range : properties, start: range.isEmpty ? range.lowerBound : content,
            block: block)
    }

    private mutating func buildItems(
        from start: Int, isFlow: Bool
    ) throws(SyntaxProblem) -> (items: [PlacedNode.Item], end: Int) {
        var items: [PlacedNode.Item] = []
        var end = start
        while true {
            let event = try reader.next()
            if case .collectionEnd = event.content {
                return (items, isFlow ? cursor.offset(of: event.end) : end)
            }
            let lead = isFlow ? nil : text.end(ofIndicator: "-", after: end)
            let value = try build(event, orEmptyAt: lead)
            end = value.range.upperBound
            items.append(PlacedNode.Item(lead: lead, value: value))
        }
    }

    private mutating func buildPairs(
        from start: Int, isFlow: Bool
    ) throws(SyntaxProblem) -> (pairs: [PlacedNode.Pair], end: Int) {
        var pairs: [PlacedNode.Pair] = []
        while true {
            let event = try reader.next()
            if case .collectionEnd = event.content {
                let last = pairs.last?.value.range.upperBound ?? start
                let hasBraces = isFlow && pairs.first?.key.range.lowerBound != start
                return (pairs, hasBraces ? cursor.offset(of: event.end) : last)
            }
            let key = try build(event)
            let lead = text.end(ofIndicator: ":", after: key.range.upperBound)
            let value = try build(try reader.next(), orEmptyAt: lead ?? key.range.upperBound)
            pairs.append(PlacedNode.Pair(key: key, name: name(of: key), lead: lead, value: value))
        }
    }

    private func name(of key: PlacedNode) -> String {
        switch key.content {
        case .scalar(let scalar): scalar.text
        case .alias(let anchor): anchors[anchor].map(name) ?? ""
        case .sequence, .mapping: ""
        }
    }

    /// Anchor and tag, and where the value begins behind them.
    private func parts(of event: Event, _ range: Range<Int>) -> (properties: Range<Int>, content: Int) {
        let start = range.lowerBound
        guard event.anchor != nil || event.tag != nil else { return (start..<start, start) }
        var end = start
        var next = start
        while next < range.upperBound, [UInt8(ascii: "&"), UInt8(ascii: "!")].contains(text.bytes[next]) {
            end = text.endOfWord(from: next, before: range.upperBound)
            next = text.skippingBlanksAndComments(from: end)
        }
        return (start..<end, next < range.upperBound || event.startsCollection ? next : end)
    }
}

extension SourceText {
    fileprivate func endOfWord(from start: Int, before end: Int) -> Int {
        let line = restOfLine(from: start)
        return bytes[start..<min(end, line.upperBound)].firstIndex { $0 == 0x20 || $0 == 0x09 }
            ?? min(end, line.upperBound)
    }
}

extension Event {
    fileprivate var startsCollection: Bool {
        switch content {
        case .sequenceStart, .mappingStart: true
        default: false
        }
    }
}
