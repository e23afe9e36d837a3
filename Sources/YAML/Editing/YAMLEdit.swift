package import Diagnostics
package import FoundationEssentials

/// A YAML text in which values are changed and nothing else: comments, the order of keys, quotes, blank lines,
/// indentation, line ends, anchors and other documents stay byte for byte.
///
/// After every change the text is read again and compared with what was wished; a change that throws has changed
/// nothing.
package struct YAMLEdit: Sendable {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    let file: String
    let text: SourceText
    let documents: [PlacedDocument]
    private let trees: [YAMLDocument]
    private let mark: [UInt8]

    /// - Throws: all that makes the text no good YAML.
    package init(_ data: Data, file: String) throws(DiagnosticList) {
        let stream = parseYAML(data, file: file)
        guard stream.diagnostics.isEmpty else { throw DiagnosticList(stream.diagnostics) }
        self.file = file
        text = stream.text
        mark = data.starts(with: Self.byteOrderMark) ? Self.byteOrderMark : []
        do throws(SyntaxProblem) {
            let placed = try PlacedTreeBuilder.documents(of: stream.text)
            (trees, documents) = placed.isEmpty ? Self.emptyDocument(in: text, file) : (stream.documents, placed)
        } catch {
            throw DiagnosticList([syntaxDiagnostic(error, in: stream.text) { SourceLocation(file: file, $0) }])
        }
    }

    /// A file without a document takes one.
    private static func emptyDocument(in text: SourceText, _ file: String) -> ([YAMLDocument], [PlacedDocument]) {
        let end = text.bytes.count
        let place = text.position(ofByte: end)
        let root = YAMLNode(
            .scalar(YAMLScalar("", isPlain: true)),
            at: SourceLocation(file: file, line: place.line, column: place.column))
        let placed = PlacedNode(
            content: .scalar(YAMLScalar("", isPlain: true)), form: .plain, anchor: nil, tag: nil, range: end..<end,
            properties: end..<end, start: end)
        return ([YAMLDocument(root: root)], [PlacedDocument(root: placed, references: [], lead: nil)])
    }

    /// The text as it is now.
    package var data: Data { Data(mark + text.bytes) }

    /// The roots of the documents as they are now; an empty file has one that is null.
    package var roots: [YAMLNode] { trees.map(\.root) }

    /// The text with one change, if it reads as wished then.
    private func applying(
        _ splice: Splice, _ change: YAMLChange, at path: [YAMLPathStep], in document: Int
    ) -> YAMLEdit? {
        var bytes = mark + text.bytes
        bytes.replaceSubrange(
            splice.range.lowerBound + mark.count..<splice.range.upperBound + mark.count, with: splice.text.utf8)
        guard let edited = try? YAMLEdit(Data(bytes), file: file), edited.trees.count == trees.count else { return nil }
        let isAsWished = zip(trees, edited.trees).enumerated().allSatisfy { position, pair in
            position == document
                ? change.makes(pair.1.root, of: pair.0.root, at: path[...])
                : pair.0.root.hasSameContent(as: pair.1.root)
        }
        return isAsWished ? edited : nil
    }

    /// Makes one change at the end of a path that is there.
    mutating func make(
        _ change: YAMLChange, at path: [YAMLPathStep], inDocument number: Int
    ) throws(Diagnostic) {
        let document = documents[number]
        let replaces = if case .replace = change { true } else { false }
        let slot = try slot(at: path, in: document, replaces: replaces)
        let lines = BlockLines(layout: BlockLayout(of: document, in: text), lineEnd: text.lineEnd)
        let splices = try splices(for: change, at: slot, lines)
        // The last line feed of a block scalar is the line's end: the last line of a file may lack it, and one that is
        // U+2028 is another text.
        let ended = splices.map { Splice($0.range, $0.text + lines.lineEnd) }
        for splice in splices + ended {
            if let edited = applying(splice, change, at: path, in: number) {
                self = edited
                return
            }
        }
        throw .editFailed(path.text, at: location(slot.node.range))
    }

    private func splices(
        for change: YAMLChange, at slot: Slot, _ lines: BlockLines
    ) throws(Diagnostic) -> [Splice] {
        let addition = Addition(text: text, node: slot.node, lines: lines)
        switch (change, slot.node.content) {
        case (.replace(let content), _):
            return Replacement(text: text, slot: slot, content: content, lines: lines).splices
        case (_, .alias(let name)): throw .throughAlias(name, at: location(slot.node.range))
        case (.addPairs, _) where slot.node.isBracelessPair: throw .bracelessPair(at: location(slot.node.range))
        case (.addPairs(let pairs), _): return [addition.pairs(pairs)]
        case (.addItems(let items), _): return [addition.items(items)]
        }
    }
}

extension SourceLocation {
    fileprivate init(file: String, _ mark: Mark) {
        self.init(file: file, line: mark.line + 1, column: mark.column + 1)
    }
}
