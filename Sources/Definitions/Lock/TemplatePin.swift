/// A template that is kept elsewhere, as it was resolved for whoever asks for it in the same words.
package struct TemplatePin: Hashable, Sendable {
    package let name: String
    /// The constraint as it is written, of a channel the version in it; nil for the newest.
    package let wanted: String?
    /// The catalog that listed it; nil where the stack names the source itself.
    package let catalog: String?
    package let source: String
    package let version: String
    /// SHA-256 of its content, `sha256:…`.
    package let digest: String

    package init(
        name: String, wanted: String?, catalog: String?, source: String, version: String, digest: String
    ) {
        self.name = name
        self.wanted = wanted
        self.catalog = catalog
        self.source = source
        self.version = version
        self.digest = digest
    }

    /// Whether it is the answer to a request.
    package func answers(_ request: TemplateRequest) -> Bool {
        name == request.name && wanted == request.version?.text
            && (request.source.map { catalog == nil && source == $0 } ?? (catalog != nil))
    }

    /// Whether both answer the same requests.
    package func replaces(_ other: TemplatePin) -> Bool {
        name == other.name && wanted == other.wanted && (catalog == nil) == (other.catalog == nil)
            && (catalog != nil || source == other.source)
    }
}

extension StackLock {
    package func pin(for request: TemplateRequest) -> TemplatePin? {
        templates.first { $0.answers(request) }
    }

    /// Takes in pins in place of those that answered the same requests.
    package mutating func pin(_ pins: [TemplatePin]) {
        templates.removeAll { old in pins.contains { $0.replaces(old) } }
        templates += pins
    }
}
