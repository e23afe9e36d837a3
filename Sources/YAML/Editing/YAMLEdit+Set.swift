package import Diagnostics

extension YAMLEdit {
    /// Gives a value to the end of a path. What is missing of the path is added: keys behind the last key of their
    /// mapping, the index behind the last one to a list.
    ///
    /// A text is written in the style of the value that it replaces where that can hold it, else in double quotes. An
    /// alias is replaced itself.
    ///
    /// - Throws: where the path leads through something that has no such steps or through an alias, or where other
    ///   places repeat the value by an alias and would change too.
    package mutating func set(
        _ path: [YAMLPathStep], to content: YAMLContent, inDocument document: Int = 0
    ) throws(Diagnostic) {
        guard roots.indices.contains(document) else { throw .noDocument(document, of: roots.count, in: file) }
        let (length, change) = try change(setting: path, to: content, from: roots[document])
        if case .replace = change, roots[document].value(at: path)?.reads(as: content) == true { return }
        try make(change, at: Array(path.prefix(length)), inDocument: document)
    }

    /// How much of the path is there, and what has to be done at its end.
    private func change(
        setting path: [YAMLPathStep], to content: YAMLContent, from root: YAMLNode
    ) throws(Diagnostic) -> (length: Int, change: YAMLChange) {
        var node = root
        for (position, step) in path.enumerated() {
            let (present, rest) = (path.prefix(position), path[(position + 1)...])
            if node.isNull {
                return (position, .replace(try Self.nested(path[position...], content, at: node.location)))
            }
            if let next = node.value(at: [step]) {
                node = next
                continue
            }
            switch step {
            case .key(let key) where node.mapping != nil:
                return (position, .addPairs([.init(key, try Self.nested(rest, content, at: node.location))]))
            case .index(let index) where node.sequence?.count == index:
                return (position, .addItems([try Self.nested(rest, content, at: node.location)]))
            default: throw .noSuchStep(step, in: node, named: Array(present).text)
            }
        }
        return (path.count, .replace(content))
    }

    /// The content inside the mappings and lists that the steps name.
    private static func nested(
        _ steps: ArraySlice<YAMLPathStep>, _ content: YAMLContent, at location: SourceLocation
    ) throws(Diagnostic) -> YAMLContent {
        var content = content
        for step in steps.reversed() {
            switch step {
            case .key(let key): content = .mapping([.init(key, content)])
            case .index(0): content = .sequence([content])
            case .index(let index): throw .indexBeyondEnd(index, count: 0, at: location)
            }
        }
        return content
    }
}
