package import Diagnostics

extension Project {
    /// The template that a stack names; nil where it names none, none fits, or it is kept elsewhere and not fetched yet.
    package func template(of stack: StackDefinition) -> TemplateDefinition? {
        guard case .template(let reference) = stack.source.value else { return nil }
        return template(for: reference)
    }

    /// The newest version that a reference allows.
    package func template(for reference: TemplateReference) -> TemplateDefinition? {
        guard let request = request(for: reference) else { return nil }
        guard isOwn(request) else { return fetched[request] }
        return templates.first { $0.name.value == request.name && request.admits($0.version) }
    }

    /// What is asked for; nil for a channel that has no version of this template.
    package func request(for reference: TemplateReference) -> TemplateRequest? {
        let version: VersionConstraint?
        switch reference.wanted {
        case .newest: version = nil
        case .range(let range): version = range
        case .channel(let channel):
            guard let exact = channels(of: reference.name)?.versions[channel] else { return nil }
            version = VersionConstraint(exactly: exact.value)
        }
        return TemplateRequest(
            name: reference.name, version: version, source: reference.source, digest: reference.digest)
    }

    package func channels(of template: String) -> TemplateChannels? {
        channels.first { $0.name.value == template }
    }

    /// Whether one of the project's own templates has the name: then no catalog is asked for it.
    package func isOwn(_ request: TemplateRequest) -> Bool {
        request.source == nil && templates.contains { $0.name.value == request.name }
    }

    /// Whether a catalog lists a version that will do, or includes others that may.
    package func mayBeListed(_ request: TemplateRequest) -> Bool {
        catalogs.contains { catalog in
            !catalog.includes.isEmpty
                || catalog.entries.contains { $0.value.name == request.name && request.admits($0.value.version) }
        }
    }

    /// The templates kept elsewhere that stacks name and that were not fetched yet, each with where it is named first.
    package var unfetched: [Located<TemplateRequest>] {
        var seen: Set<TemplateRequest> = []
        return elsewhere.filter { fetched[$0.value] == nil && seen.insert($0.value).inserted }
    }

    /// The templates kept elsewhere, with the places of the stacks that name them.
    package var elsewhere: [Located<TemplateRequest>] {
        stacks.compactMap { stack in
            guard case .template(let reference) = stack.source.value, let request = request(for: reference),
                !isOwn(request), request.source != nil || mayBeListed(request)
            else { return nil }
            return Located(request, at: stack.source.location)
        }
    }
}

extension TemplateRequest {
    package func admits(_ candidate: SemanticVersion) -> Bool {
        version?.contains(candidate) ?? !candidate.isPreRelease
    }
}
