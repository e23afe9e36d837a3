extension GraphDrawing {
    /// A flowchart in the language of Mermaid, which forges draw in Markdown. Arrows lead from what is needed to what needs
    /// it, as the outputs go.
    ///
    /// Source of the format: https://mermaid.js.org/syntax/flowchart.html
    package var mermaid: String {
        // A name is no id there: `end` is a word of the language.
        let ids = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.name, "s\($0 + 1)") })
        func id(_ stack: String) -> String { ids[stack] ?? "" }
        let boxes = nodes.map { "\(id($0.name))[\(mermaidText([$0.name]))]" }
        let arrows = edges.map { edge in
            let label = edge.outputs.isEmpty ? "" : "|\(mermaidText(edge.outputs))|"
            return "\(id(edge.dependency)) -->\(label) \(id(edge.stack))"
        }
        let needed = nodes.filter { !$0.isChosen }.map { id($0.name) }
        let styles =
            needed.isEmpty
            ? [] : ["classDef needed stroke-dasharray: 5 5", "class \(needed.joined(separator: ",")) needed"]
        return "flowchart LR\n" + (boxes + arrows + styles).map { "    \($0)\n" }.joined()
    }
}

/// Lines in quotes. Whatever could mean something there, or in the HTML that comes of it, is written by its number.
private func mermaidText(_ lines: [String]) -> String {
    let texts = lines.map { line in
        drawable(line).unicodeScalars.map { scalar in
            let isPlain =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || " -_.".contains(Character(scalar))
            return isPlain ? String(scalar) : "#\(scalar.value);"
        }.joined()
    }
    return "\"\(texts.joined(separator: ", "))\""
}
