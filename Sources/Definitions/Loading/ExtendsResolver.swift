import Diagnostics
import SourceTree
import YAML

/// Lays stacks over the documents that their `spec.extends` names.
///
/// A path is relative to the folder of the file that names it. It stands for the documents of that file without a name,
/// in their order; a file that has none, and one stack, stands for that stack. Names are never inherited.
final class ExtendsResolver {
    private struct Identity: Hashable {
        let file: String
        /// Among the stacks of the file.
        let index: Int
    }

    private let reader: DefinitionReader
    private var resolved: [Identity: YAMLNode?] = [:]
    private var extended: Set<Identity> = []
    /// What the stacks of a file extend themselves, by file.
    private(set) var extendedFiles: [String: Set<String>] = [:]
    private var problems: ProblemCollector { reader.problems }

    init(_ reader: DefinitionReader) {
        self.reader = reader
    }

    /// The stacks of some files, merged. Those without a name are left out, and an error where nothing extends them.
    func stacks(in files: [String]) -> [RawDocument] {
        var named: [RawDocument] = []
        var unnamed: [(identity: Identity, document: RawDocument)] = []
        for file in files {
            for (index, document) in stackDocuments(in: file).enumerated() {
                let identity = Identity(file: file, index: index)
                if document.name == nil {
                    unnamed.append((identity, document))
                } else if let root = resolve(identity, document, chain: []) {
                    named.append(document.replacingRoot(with: root))
                }
            }
        }
        for (identity, document) in unnamed where !extended.contains(identity) {
            problems.error(
                "this stack has no name, and nothing extends it", at: document.location,
                hint: "add `metadata.name`, or name this file in the `spec.extends` of another stack")
        }
        return named
    }

    private func stackDocuments(in file: String) -> [RawDocument] {
        reader.read(file).filter { $0.kind == DefinitionKind.stack }
    }

    /// Nil where something on the way is wrong; reported once.
    private func resolve(_ identity: Identity, _ document: RawDocument, chain: [Identity]) -> YAMLNode? {
        if let known = resolved[identity] { return known }
        let merged = merge(identity, document, chain: chain + [identity])
        resolved[identity] = merged
        return merged
    }

    private func merge(_ identity: Identity, _ document: RawDocument, chain: [Identity]) -> YAMLNode? {
        guard document.group == .fleet, let field = document.root["spec"]?["extends"], !field.isNull else {
            return document.root
        }
        guard let paths = paths(field, of: document) else { return nil }
        var base: YAMLNode?
        var isComplete = true
        for path in paths {
            guard let layers = layers(path, of: identity, document, chain: chain) else {
                isComplete = false
                continue
            }
            for layer in layers { base = MergePatch.apply(layer, to: base) }
        }
        guard isComplete else { return nil }
        let own = document.root.removing(["spec", "extends"])
        return base.map { MergePatch.apply(own, to: $0) } ?? own
    }

    private func paths(_ field: YAMLNode, of document: RawDocument) -> [Located<String>]? {
        let context = DecodingContext(group: document.group, problems: problems)
        let value = FieldValue(node: field, path: "spec.extends", keyLocation: field.location, context: context)
        return value.strings()
    }

    /// The documents that one path stands for, merged themselves and without their names.
    private func layers(
        _ path: Located<String>, of identity: Identity, _ document: RawDocument, chain: [Identity]
    ) -> [YAMLNode]? {
        guard let file = existingFile(path, from: document.file) else { return nil }
        guard let bases = bases(in: file, for: identity, at: path.location) else { return nil }
        var layers: [YAMLNode] = []
        for (base, baseDocument) in bases {
            extended.insert(base)
            guard !chain.contains(base) else {
                reportCycle(chain + [base], at: path.location)
                return nil
            }
            guard baseDocument.group == document.group else {
                let (theirs, ours) = (baseDocument.group.apiVersion, document.group.apiVersion)
                problems.error(
                    "`\(path.value)` is a definition of `\(theirs)`, which one of `\(ours)` cannot extend",
                    at: path.location, notes: [.init("the base", at: baseDocument.location)])
                return nil
            }
            guard let root = resolve(base, baseDocument, chain: chain) else { return nil }
            layers.append(root.removing(["metadata", "name"]).removing(["spec", "name"]))
        }
        return layers
    }

    private func existingFile(_ path: Located<String>, from file: String) -> String? {
        guard let target = normalisedPath(childPath(parentPath(file), path.value)), !path.value.hasPrefix("/") else {
            problems.error(
                "the path `\(path.value)` leads out of the project", at: path.location,
                hint: "it is relative to the folder of this file")
            return nil
        }
        extendedFiles[file, default: []].insert(target)
        do {
            if case .file = try reader.place(of: target) { return target }
            problems.error(
                "there is no file `\(target)` to extend", at: path.location,
                hint: "the path is relative to the folder of this file")
        } catch {
            reader.report(error, at: path.location)
        }
        return nil
    }

    private func bases(
        in file: String, for identity: Identity, at location: SourceLocation
    ) -> [(Identity, RawDocument)]? {
        let all = stackDocuments(in: file).enumerated().map { (Identity(file: file, index: $0), $1) }
        let others = all.filter { $0.0 != identity }
        let unnamed = others.filter { $0.1.name == nil }
        if !unnamed.isEmpty { return unnamed }
        let candidates = file == identity.file && others.isEmpty ? all : others
        switch candidates.count {
        case 1: return candidates
        case 0:
            problems.error("`\(file)` holds no `\(DefinitionKind.stack)` to extend", at: location)
        default:
            problems.error(
                "`\(file)` holds \(candidates.count) stacks, and it is not clear which of them to extend", at: location,
                notes: candidates.map { .init("a stack with the name `\($1.name?.value ?? "")`", at: $1.location) },
                hint: "move what they share to a document without a name")
        }
        return nil
    }

    private func reportCycle(_ chain: [Identity], at location: SourceLocation) {
        let start = chain.firstIndex { $0 == chain.last } ?? 0
        let files = chain[start...].map { "`\($0.file)`" }.joined(separator: " → ")
        problems.error("`spec.extends` goes round in a circle: \(files)", at: location)
    }
}
