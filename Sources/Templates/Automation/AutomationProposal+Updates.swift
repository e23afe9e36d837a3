import Definitions
import Diagnostics
import FoundationEssentials
import SourceTree
import YAML

extension AutomationProposal {
    // MARK: Regular expressions

    mutating func replace(_ entry: AutomationDefinition.RegexReplacement, _ context: AutomationContext) throws {
        let file = try context.render(entry.file)
        let text = try text(of: file, namedAt: entry.file.location)
        let regex = entry.isTemplated ? Located(try context.render(entry.regex), at: entry.regex.location) : entry.regex
        let replacement = Located(try context.render(entry.replacement), at: entry.replacement.location)
        let result = try GoReplacement(replacement).replacing(regex, in: text)
        guard result.count > 0 || entry.isOptional else {
            throw Diagnostic.error(
                "`\(regex.value)` matches nothing in `\(file)`", at: regex.location,
                hint: "if it need not match, say `optional: true` beside it")
        }
        try change(file, to: result.text)
    }

    /// The older form: the same expressions in every file whose path matches.
    mutating func replace(_ search: AutomationDefinition.FileSearch, _ context: AutomationContext) throws {
        let patterns = try search.files.map { file in
            try regex(Located(try context.render(file), at: file.location))
        }
        let found = try Self.entries(below: "", in: files.tree).filter { entry in
            if case .file = entry.kind { patterns.contains { entry.path.contains($0) } } else { false }
        }
        let place = search.files.first?.location ?? search.replacement.location
        guard !found.isEmpty else { throw Diagnostic.error("no file has a path that matches `files`", at: place) }
        let replacement = Located(try context.render(search.replacement), at: search.replacement.location)
        var matches = 0
        for (path, _) in found {
            let result = try replacing(
                search.regexes[...], by: replacement, search.strategy, in: try text(of: path, namedAt: place))
            matches += result.count
            try change(path, to: result.text)
        }
        guard matches > 0 else {
            throw Diagnostic.error(
                "`regexes` match nothing in \(found.map { "`\($0.path)`" }.joined(separator: ", "))",
                at: search.regexes.first?.location ?? place)
        }
    }

    private func replacing(
        _ regexes: ArraySlice<Located<String>>, by replacement: Located<String>,
        _ strategy: AutomationDefinition.FileSearch.Strategy, in text: String
    ) throws -> GoReplacement.Result {
        switch strategy {
        case .any:
            let template = GoReplacement(replacement)
            return try regexes.reduce(GoReplacement.Result(text: text, count: 0)) { result, regex in
                let next = try template.replacing(regex, in: result.text)
                return GoReplacement.Result(text: next.text, count: result.count + next.count)
            }
        case .recursive:
            // What the last expression matches becomes the replacement as it stands: Plural knows no groups there.
            guard let first = regexes.first else { return GoReplacement.Result(text: replacement.value, count: 1) }
            var count = 0
            let result = try replacingMatches(of: try regex(first), in: text) { match in
                let inner = try replacing(regexes.dropFirst(), by: replacement, strategy, in: String(match.0))
                count += inner.count
                return inner.text
            }
            return GoReplacement.Result(text: result.text, count: count)
        }
    }

    private mutating func change(_ file: String, to text: String) throws {
        try files.change(file, to: Data(text.utf8))
    }

    // MARK: Overlays

    mutating func overlay(_ entry: AutomationDefinition.YAMLOverlay, _ context: AutomationContext) throws {
        let file = try context.render(entry.file)
        let text = try text(of: file, namedAt: entry.file.location)
        let yaml = entry.isTemplated ? try context.render(entry.yaml) : entry.yaml.value
        let content = try overlayContent(Located(yaml, at: entry.yaml.location))
        var edit = try YAMLEdit(Data(text.utf8), file: file)
        guard edit.roots.count == 1 else {
            throw Diagnostic.error(
                "`\(file)` holds \(edit.roots.count) documents, and an overlay cannot say which it is for",
                at: entry.file.location)
        }
        try edit.merge(content, lists: entry.lists == .append ? .append : .overwrite)
        try files.change(file, to: edit.data)
    }

    private func overlayContent(_ yaml: Located<String>) throws -> YAMLContent {
        let stream = parseYAML(Data(yaml.value.utf8), file: yaml.location.file)
        guard stream.diagnostics.isEmpty else {
            throw DiagnosticList(
                stream.diagnostics.map { .error("the overlay is no good YAML: \($0.message)", at: yaml.location) })
        }
        guard stream.documents.count == 1, let root = stream.documents.first?.root, root.mapping != nil else {
            throw Diagnostic.error("an overlay is one mapping", at: yaml.location)
        }
        return YAMLContent(root, .core12)
    }
}
