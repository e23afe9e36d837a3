package import Definitions
package import Diagnostics
import FoundationEssentials
package import SourceTree

/// Finds the version that answers a request for a template kept elsewhere, and lays it out in the cache.
package struct TemplateResolver: Sendable {
    private let fetcher: any TemplateFetching
    private let tree: any SourceTree
    private let catalogs: [TemplateCatalog]

    /// - Parameter tree: the project's, in which the cache stands.
    package init(fetcher: any TemplateFetching, tree: any SourceTree, catalogs: [TemplateCatalog]) {
        self.fetcher = fetcher
        self.tree = tree
        self.catalogs = catalogs
    }

    /// What a stack was given before: the same content, wherever it comes from.
    ///
    /// - Throws: a `Diagnostic`, at `location`, when it is not to be had any more, or is another by now.
    package func restore(_ pin: TemplatePin, for request: Located<TemplateRequest>) async throws {
        if let digest = request.value.digest, digest != pin.digest {
            throw Diagnostic.error(
                "`stack.lock` pins `\(request.value)` with another content than `digest` asks for",
                at: request.location,
                notes: [.init("asked for: \(digest)"), .init("pinned:    \(pin.digest)")],
                hint: "`stack template update \(pin.name)` pins what is asked for", outcome: .refused)
        }
        _ = try await fetcher.fetch(Located(pin.source, at: request.location), expecting: pin.digest)
    }

    /// The newest version that will do.
    ///
    /// - Throws: a `Diagnostic`, at the request's location, when there is none, or it cannot be brought.
    package func resolve(_ request: Located<TemplateRequest>) async throws -> TemplatePin {
        let choice = try await choice(for: request)
        let expected = request.value.digest ?? choice.digest
        let digest = try await fetcher.fetch(choice.source, expecting: expected).digest
        let template = try readTemplate(in: TemplateCache.folder(of: digest), of: tree)
        guard template.name.value == request.value.name,
            choice.version.map({ $0 == template.version }) ?? request.value.admits(template.version)
        else {
            let wanted = choice.version.map { "\(request.value.name) \($0)" } ?? "\(request.value)"
            throw Diagnostic.error(
                "`\(choice.source.value)` holds \(template.name.value) \(template.version), not `\(wanted)`",
                at: request.location, outcome: .refused)
        }
        return TemplatePin(
            name: request.value.name, wanted: request.value.version?.text, catalog: choice.catalog,
            source: choice.source.value, version: template.version.description, digest: digest)
    }

    /// What the project's catalogs list, and those that they include.
    ///
    /// - Throws: a `Diagnostic` for a catalog that cannot be read.
    package func listed() async throws -> [ListedEntry] {
        var entries = catalogs.flatMap { catalog in
            catalog.entries.map { ListedEntry(entry: $0, catalog: catalog.name.value) }
        }
        var seen: Set<String> = []
        var open = catalogs.flatMap(\.includes)
        while let include = open.popLast() {
            guard seen.insert(include.value).inserted else { continue }
            let (catalogs, problems) = readCatalogs(try await fetcher.file(include), file: include.value)
            let errors = problems.filter { $0.severity == .error }
            guard errors.isEmpty else { throw DiagnosticList(errors.map { $0.reached(from: include.location) }) }
            for catalog in catalogs {
                entries += catalog.entries.map { entry in
                    ListedEntry(entry: entry.map { $0.placed(beside: include.value) }, catalog: catalog.name.value)
                }
                open += catalog.includes
            }
        }
        return entries
    }

    /// What is fetched for a request.
    private struct Choice {
        let source: Located<String>
        let digest: String?
        /// As its catalog says; nil where the source alone is named, which tells its version itself.
        let version: SemanticVersion?
        let catalog: String?
    }

    private func choice(for request: Located<TemplateRequest>) async throws -> Choice {
        if let source = request.value.source {
            return Choice(
                source: Located(source, at: request.location), digest: nil, version: nil, catalog: nil)
        }
        let candidates = try await listed().filter { $0.entry.value.name == request.value.name }
        guard
            let best = candidates.filter({ request.value.admits($0.entry.value.version) })
                .max(by: { $0.entry.value.version < $1.entry.value.version })
        else {
            let versions = candidates.map { "`\($0.entry.value.version)`" }
            throw Diagnostic.error(
                "no catalog lists a version of `\(request.value.name)` that will do", at: request.location,
                hint: versions.isEmpty
                    ? "none lists the template at all" : "there is \(versions.joined(separator: ", "))")
        }
        let entry = best.entry.value
        return Choice(
            source: Located(entry.source, at: best.entry.location), digest: entry.digest, version: entry.version,
            catalog: best.catalog)
    }
}

/// One version of one template with the name of the catalog that lists it.
package struct ListedEntry: Sendable {
    package let entry: Located<TemplateCatalog.Entry>
    package let catalog: String
}
