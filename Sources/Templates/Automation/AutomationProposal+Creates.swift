import Definitions
import Diagnostics
import SourceTree

extension AutomationProposal {
    mutating func create(_ entry: AutomationDefinition.CreatedFiles, _ context: AutomationContext) throws {
        let context = context.adding(entry.context)
        guard try context.holds(entry.condition) else { return }
        if let external = entry.external {
            throw Diagnostic.error(
                "files of another repository (`external`) are not fetched", at: external,
                hint: "copy them into this repository, and leave `external` out")
        }
        let source = try automation.source(
            Located(try context.render(entry.source), at: entry.source.location), in: files.base)
        let destination = Located(try context.render(entry.destination), at: entry.destination.location)
        guard source.kind == .directory else {
            try create(destination, from: source.path, context)
            return
        }
        let contents = try Self.entries(below: source.path, in: files.base)
        guard !contents.isEmpty else {
            throw Diagnostic.error("the folder `\(source.path)` holds no files", at: entry.source.location)
        }
        for (path, kind) in contents {
            guard case .file = kind else {
                throw Diagnostic.error(
                    "`\(path)` is no file, and only files are copied", at: entry.source.location)
            }
            let name = Located(String(path.dropFirst(source.path.count + 1)), at: entry.source.location)
            try create(destination.map { childPath($0, try context.render(name)) }, from: path, context)
        }
    }

    private mutating func create(
        _ destination: Located<String>, from source: String, _ context: AutomationContext
    ) throws {
        guard let template = try files.base.resolved(source).flatMap({ try files.base.fileContent(of: $0.path) }) else {
            throw Diagnostic.error("there is no file `\(source)`")
        }
        let content = FileContent(
            try context.render(template.data, of: source), isExecutable: template.isExecutable)
        do {
            try files.create(destination.value, content)
        } catch let problem as Diagnostic {
            throw problem.reached(from: destination.location)
        }
    }

}

extension AutomationDefinition {
    /// Where a source lies: beside the document, or, as Plural reads it, from the root of the repository.
    func source(_ text: Located<String>, in tree: any SourceTree) throws -> (path: String, kind: SourceEntryKind) {
        let candidates = [childPath(parentPath(file), text.value), text.value].compactMap(normalisedPath)
        for path in candidates where !path.isEmpty {
            guard let found = try tree.resolved(path) else { continue }
            if isRecord(found.path) || isRecord(path) {
                throw Diagnostic.isRecord(text.value).reached(from: text.location)
            }
            return (path, found.kind)
        }
        throw Diagnostic.error(
            "there is no file and no folder `\(text.value)`", at: text.location,
            hint: "it is looked for beside the document, then from the project's root")
    }
}
