package import Diagnostics

extension YAMLEdit {
    /// What becomes of a list that an overlay has a list for.
    package enum Lists: Hashable, Sendable {
        case overwrite
        /// The overlay's items follow those that are there.
        case append
    }

    /// Lays an overlay over a document: its mappings are gone through key by key, any other value takes the place of
    /// the one that is there. What is equal already stays as it is written.
    ///
    /// - Throws: as `set` does; the text is then as it was.
    package mutating func merge(
        _ overlay: YAMLContent, lists: Lists, inDocument document: Int = 0
    ) throws(Diagnostic) {
        var edited = self
        try edited.merge(overlay, at: [], lists: lists, inDocument: document)
        self = edited
    }

    private mutating func merge(
        _ overlay: YAMLContent, at path: [YAMLPathStep], lists: Lists, inDocument document: Int
    ) throws(Diagnostic) {
        let present = roots.indices.contains(document) ? roots[document].value(at: path) : nil
        switch (overlay, present?.kind) {
        case (.mapping(let pairs), .mapping):
            for pair in pairs {
                try merge(pair.value, at: path + [.key(pair.key)], lists: lists, inDocument: document)
            }
        case (.sequence(let items), .sequence) where lists == .append:
            if !items.isEmpty { try make(.addItems(items), at: path, inDocument: document) }
        default:
            try set(path, to: overlay, inDocument: document)
        }
    }
}
