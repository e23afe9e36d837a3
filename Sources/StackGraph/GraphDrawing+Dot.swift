extension GraphDrawing {
    /// A graph in the language of Graphviz. Arrows lead from what is needed to what needs it, as the outputs go.
    ///
    /// Source of the format: https://graphviz.org/doc/info/lang.html
    package var dot: String {
        let boxes = nodes.map { node in
            dotText([node.name]) + (node.isChosen ? "" : " [style = dashed]")
        }
        let arrows = edges.map { edge in
            "\(dotText([edge.dependency])) -> \(dotText([edge.stack]))"
                + (edge.outputs.isEmpty ? "" : " [label = \(dotText(edge.outputs))]")
        }
        let statements = [
            "rankdir = LR", "node [shape = box, fontname = \"sans-serif\"]", "edge [fontname = \"sans-serif\"]",
        ]
        return "digraph stacks {\n" + (statements + boxes + arrows).map { "  \($0);\n" }.joined() + "}\n"
    }
}

/// Lines in quotes: in them a backslash starts an escape and a quote ends the text.
private func dotText(_ lines: [String]) -> String {
    let texts = lines.map { line in
        drawable(line).map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
    }
    return "\"\(texts.joined(separator: "\\n"))\""
}

/// A text without what no picture can show: what breaks lines or controls a terminal becomes U+FFFD.
func drawable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: result.append("\u{FFFD}")
        default: result.append(scalar)
        }
    }
    return String(result)
}
