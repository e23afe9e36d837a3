import Diagnostics
import FoundationEssentials
import SourceTree
import YAML

/// Reads the files of a tree, each once, and keeps their text for messages.
final class DefinitionReader {
    let tree: any SourceTree
    let problems: ProblemCollector
    private(set) var texts: [String: SourceText] = [:]
    private(set) var skippedDocuments = 0
    /// The files whose YAML is wrong; what is left of their documents may lack something.
    private(set) var malformedFiles: Set<String> = []
    /// Where a file really is that is reached over a symbolic link.
    private(set) var places: [String: String] = [:]
    private var documents: [String: [RawDocument]] = [:]

    init(_ tree: any SourceTree, _ problems: ProblemCollector) {
        self.tree = tree
        self.problems = problems
    }

    var documentCount: Int { documents.values.reduce(0) { $0 + $1.count } }

    /// The documents of our groups in a file; empty where it cannot be read, which is reported.
    func read(_ path: String) -> [RawDocument] {
        if let known = documents[path] { return known }
        documents[path] = []
        let data: Data
        do {
            data = try tree.contents(of: path, upTo: YAMLLimits().bytes)
        } catch {
            report(error, at: SourceLocation(file: path, line: 1, column: 1))
            return []
        }
        let stream = parseYAML(data, file: path)
        texts[path] = stream.text
        problems.add(stream.diagnostics)
        if !stream.diagnostics.isEmpty { malformedFiles.insert(path) }
        let classifier = DocumentClassifier(problems: problems)
        let found: [RawDocument] = stream.documents.compactMap { document in
            switch classifier.classify(document.root, file: path) {
            case .ours(let raw): return raw
            case .skipped: skippedDocuments += 1
            case .empty, .invalid: break
            }
            return nil
        }
        documents[path] = found
        return found
    }

    /// Every file below a folder whose name `isWanted`, by path. Names that begin with a dot are left out; links to
    /// directories are not followed, and a warning says so.
    func files(below folder: String, stopAtFirst: Bool = false, isWanted: (String) -> Bool) -> [String] {
        do {
            return try walk(folder, stopAtFirst: stopAtFirst, isWanted: isWanted)
        } catch {
            report(error, at: nil)
            return []
        }
    }

    /// The same for several folders, which may lie in each other.
    func files(below folders: [String], stopAtFirst: Bool = false, isWanted: (String) -> Bool) -> [String] {
        var seen: Set<String> = []
        return folders.flatMap { files(below: $0, stopAtFirst: stopAtFirst, isWanted: isWanted) }
            .filter { seen.insert($0).inserted }
    }

    /// What stands at a path once every symbolic link is followed; nil for nothing.
    func place(of path: String) throws -> SourceEntryKind? {
        guard let (place, kind) = try tree.resolved(path) else { return nil }
        if place != path { places[path] = place }
        return kind
    }

    func report(_ error: any Error, at location: SourceLocation?) {
        if let diagnostic = error as? Diagnostic {
            problems.add([location.map(diagnostic.reached) ?? diagnostic])
        } else {
            problems.add([.error("\(error)", at: location)])
        }
    }

    private func walk(_ folder: String, stopAtFirst: Bool, isWanted: (String) -> Bool) throws -> [String] {
        let entries = try tree.entries(of: folder).filter { !$0.name.hasPrefix(".") }
        var files: [String] = []
        var folders: [String] = []
        for entry in entries {
            let path = childPath(folder, entry.name)
            switch followed(entry.kind, at: path) {
            case .file where isWanted(entry.name): files.append(path)
            case .directory: folders.append(path)
            default: continue
            }
        }
        if stopAtFirst, !files.isEmpty { return files }
        return try files + folders.flatMap { try walk($0, stopAtFirst: stopAtFirst, isWanted: isWanted) }
    }

    /// Nil for what is not read; the reason is reported.
    private func followed(_ kind: SourceEntryKind, at path: String) -> SourceEntryKind? {
        guard case .symbolicLink = kind else { return kind }
        do {
            let resolved = try place(of: path)
            guard resolved == .directory else { return resolved }
            problems.add([.warning("`\(path)` is a symbolic link to a folder, which is not followed")])
        } catch {
            report(error, at: nil)
        }
        return nil
    }
}

/// Whether a file of that name is read as YAML.
func isYAML(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }
