import Definitions

/// What a stack gets when it names a golden template.
package struct TemplateVersion: Hashable, Sendable {
    package let version: String
    /// One of the project's own is known by its folder, one that is kept elsewhere by the digest that `stack.lock` pins.
    package let content: String
    package let isPinned: Bool
}

extension Side {
    /// Nil where nothing answers: no version fits, or none was pinned yet.
    func template(_ reference: TemplateReference) -> TemplateVersion? {
        guard let request = project.request(for: reference) else { return nil }
        if project.isOwn(request) {
            return project.template(for: reference).map {
                TemplateVersion(version: $0.version.description, content: $0.folder, isPinned: false)
            }
        }
        return lock?.pin(for: request).map {
            TemplateVersion(version: $0.version, content: $0.digest, isPinned: true)
        }
    }
}
