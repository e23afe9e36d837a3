package import Definitions
package import Diagnostics
package import FoundationEssentials
package import SourceTree

/// Where templates that are kept elsewhere are laid out, each in a folder with its digest's name.
package enum TemplateCache {
    /// In a project's tree, wherever `STACK_DATA_DIR` keeps it.
    package static let path = ".stack/cache/templates"

    /// The folder of a content in a project's tree.
    ///
    /// - Parameter digest: `sha256:…`
    package static func folder(of digest: String) -> String {
        "\(path)/\(digest.dropFirst("sha256:".count))"
    }

    /// Whether a folder of a project's tree is one of the cache's, which nobody may write into.
    package static func holds(_ folder: String) -> Bool { isInside(folder, path) }

    /// The folder that answers a request as it was pinned; nil when it was not, or is not here.
    package static func folder(
        for request: TemplateRequest, pinned pins: [TemplatePin], in tree: any SourceTree
    ) -> TemplateFolder? {
        guard let pin = pins.first(where: { $0.answers(request) }), request.digest ?? pin.digest == pin.digest else {
            return nil
        }
        let folder = folder(of: pin.digest)
        // Read again each time: templates are small, and whoever changed one here would change what is applied.
        guard case .directory = try? tree.kind(of: folder),
            (try? TemplateContent(of: folder, in: tree).digest) == pin.digest
        else { return nil }
        return TemplateFolder(path: folder, version: pin.version, origin: .init(source: pin.source, digest: pin.digest))
    }
}

/// Brings what a source holds, as a stack or a catalog writes it.
package protocol TemplateFetching: Sendable {
    /// Lays a template out in the cache.
    ///
    /// - Parameter digest: what the content has to have; nil takes what comes.
    /// - Throws: a `Diagnostic` at the source, with the outcome `refused` for a content that has another digest.
    func fetch(_ source: Located<String>, expecting digest: String?) async throws -> FetchedTemplate

    /// One file of a git repository: `git::URL//FILE?ref=REF`.
    func file(_ source: Located<String>) async throws -> Data
}
