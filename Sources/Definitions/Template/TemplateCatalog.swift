package import Diagnostics
package import FoundationEssentials
import YAML

/// A list of templates that are kept elsewhere.
package struct TemplateCatalog: Sendable {
    /// One version of one template.
    package struct Entry: Hashable, Sendable {
        package let name: String
        package let version: SemanticVersion
        /// A git repository or a bundle. In a catalog of another repository a relative path is one of that repository.
        package let source: String
        /// What its content has to have, as `sha256:…`.
        package let digest: String?
    }

    package let name: Located<String>
    package let entries: [Located<Entry>]
    /// Catalogs in other git repositories: `git::URL//FILE?ref=REF`.
    package let includes: [Located<String>]
}

extension TemplateCatalog {
    /// Reads a `Catalog` of our group; nil when it has no usable name.
    init?(_ document: RawDocument, _ problems: ProblemCollector) {
        let root = document.reader(problems)
        let name = root.requiredField("metadata")?.fields().flatMap { metadata in
            defer { metadata.finish() }
            return metadata.requiredField("name")?.name(.strict)
        }
        var entries: [Located<Entry>] = []
        var includes: [Located<String>] = []
        if let spec = root.requiredField("spec")?.fields() {
            for element in spec.field("templates")?.elements() ?? [] {
                guard let entry = Entry(element) else { continue }
                let isListed = entries.contains { $0.value.name == entry.name && $0.value.version == entry.version }
                if isListed {
                    problems.error(
                        "`\(entry.name)` \(entry.version) is listed twice in this catalog", at: element.location)
                } else {
                    entries.append(Located(entry, at: element.location))
                }
            }
            includes = spec.field("include")?.strings() ?? []
            spec.finish()
        }
        root.finish()
        guard let name else { return nil }
        self.init(name: name, entries: entries, includes: includes)
    }
}

extension TemplateCatalog.Entry {
    fileprivate init?(_ element: FieldValue) {
        guard let fields = element.fields() else { return nil }
        let name = fields.requiredField("name")?.name(.strict)
        let version = fields.requiredField("version")?.semanticVersion()
        let source = fields.requiredField("source")?.nonEmptyString()
        let digest = fields.field("digest")?.contentDigest()
        fields.finish()
        guard let name, let version, let source else { return nil }
        self.init(name: name.value, version: version.value, source: source.value, digest: digest?.value)
    }
}

extension TemplateCatalog.Entry {
    /// An entry of a catalog in another git repository: a source that begins with `./` is a folder of that repository.
    ///
    /// - Parameter catalog: `git::URL//FILE?ref=REF`.
    package func placed(beside catalog: String) -> TemplateCatalog.Entry {
        let parts = catalog.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let repository = parts[0].split(separator: "//", omittingEmptySubsequences: false).dropLast()
        guard source.hasPrefix("./"), !repository.isEmpty else { return self }
        let query = parts.count == 2 ? "?\(parts[1])" : ""
        return TemplateCatalog.Entry(
            name: name, version: version,
            source: repository.joined(separator: "//") + "//" + source.dropFirst("./".count) + query, digest: digest)
    }
}

/// The catalogs in a file's text, with everything that is wrong in it: for those that other repositories keep.
package func readCatalogs(_ data: Data, file: String) -> (catalogs: [TemplateCatalog], diagnostics: [Diagnostic]) {
    let problems = ProblemCollector()
    let stream = parseYAML(data, file: file)
    problems.add(stream.diagnostics)
    let classifier = DocumentClassifier(problems: problems)
    let catalogs = stream.documents.compactMap { document -> TemplateCatalog? in
        guard case .ours(let raw) = classifier.classify(document.root, file: file), raw.isCatalog else { return nil }
        return TemplateCatalog(raw, problems)
    }
    let diagnostics = problems.finish().map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.excerpt = diagnostic.location.flatMap { stream.text.line($0.line) }
        return diagnostic
    }
    return (catalogs, diagnostics)
}

extension RawDocument {
    /// Ours; Plural's catalogs list no templates.
    var isCatalog: Bool { group == .fleet && kind == DefinitionKind.catalog }
}
