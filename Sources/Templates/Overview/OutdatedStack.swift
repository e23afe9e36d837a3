package import Definitions
import Diagnostics

/// How far a stack is behind its template.
package struct OutdatedStack: Hashable, Sendable {
    package let stack: String
    package let template: String
    /// As the stack names it: a range, a channel, or nothing.
    package let wanted: TemplateReference.Wanted
    package let current: SemanticVersion
    /// The newest that the stack's own words allow; it differs from `current` where `stack.lock` pins an older one.
    package let allowed: SemanticVersion
    package let newest: SemanticVersion

    package var isOutdated: Bool { current < newest }
}

/// The stacks whose template is known in a newer version, by name.
///
/// - Parameter listed: what the project's catalogs list, those that they include too.
package func outdatedStacks(in project: Project, listed: [TemplateCatalog.Entry]) -> [OutdatedStack] {
    project.stacks.compactMap { stack in
        guard case .template(let reference) = stack.source.value, reference.source == nil,
            let request = project.request(for: reference), let current = project.template(of: stack)?.version
        else { return nil }
        let versions =
            project.isOwn(request)
            ? project.templates.filter { $0.name.value == request.name }.map(\.version)
            : listed.filter { $0.name == request.name }.map(\.version)
        let newest = versions.filter { !$0.isPreRelease }.max() ?? current
        let result = OutdatedStack(
            stack: stack.name.value, template: request.name, wanted: reference.wanted, current: current,
            allowed: versions.filter(request.admits).max() ?? current, newest: newest)
        return result.isOutdated ? result : nil
    }
}
