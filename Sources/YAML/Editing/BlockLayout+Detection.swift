extension BlockLayout {
    /// How a document indents: as where a mapping, and a list, first stand below a key.
    init(of document: PlacedDocument, in text: SourceText) {
        var detection = Detection(text: text)
        detection.look(at: document.root)
        mapping = detection.mapping ?? 2
        sequence = detection.sequence ?? mapping
    }

    private struct Detection {
        let text: SourceText
        var mapping: Int?
        var sequence: Int?

        mutating func look(at node: PlacedNode) {
            guard node.form == .blockCollection, mapping == nil || sequence == nil else { return }
            switch node.content {
            case .scalar, .alias: return
            case .sequence(let items):
                for item in items { look(at: item.value) }
            case .mapping(let pairs):
                let column = text.column(ofByte: node.start)
                for pair in pairs where pair.value.form == .blockCollection {
                    let indentation = text.column(ofByte: pair.value.start) - column
                    switch pair.value.content {
                    case .mapping: mapping = mapping ?? indentation
                    default: sequence = sequence ?? indentation
                    }
                    look(at: pair.value)
                }
            }
        }
    }
}

/// Values as lines of a text, behind an indentation that is there already, with the text's line ends and without the
/// last one.
struct BlockLines {
    let layout: BlockLayout
    let lineEnd: String

    func text(_ pairs: [YAMLContent.Pair], column: Int) -> String {
        text { $0.write(pairs, indentation: column, firstIsIndented: true) }
    }

    func text(_ elements: [YAMLContent], column: Int) -> String {
        text { $0.write(elements, indentation: column, firstIsIndented: true) }
    }

    private func text(_ write: (inout BlockWriter) -> Void) -> String {
        var writer = BlockWriter(layout: layout)
        write(&writer)
        return String(writer.output.dropLast()).replacing("\n", with: lineEnd)
    }

    /// A new line up to a column.
    func newLine(_ column: Int) -> String { lineEnd + String(repeating: " ", count: column) }
}
