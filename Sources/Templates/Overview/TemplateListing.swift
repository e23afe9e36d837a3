package import Definitions
import Diagnostics

/// One version of one template, as a list of them shows it.
package struct ListedTemplate: Hashable, Sendable {
    package let name: String
    package let version: SemanticVersion
    package let channels: [UpgradeChannel]
    /// The folder of one of the project's own, else the source that a catalog gives.
    package let place: String
    package let documentation: String?
    /// The stacks that use just this version, by name.
    package let stacks: [String]
}

/// Every version of every template that a project's stacks can name: its own and those that catalogs list.
///
/// - Parameter entries: what the project's catalogs list, and those that they include where they were read.
package func listedTemplates(
    in project: Project, listed entries: [TemplateCatalog.Entry]? = nil
) -> [ListedTemplate] {
    let own = project.templates.map { template in
        listed(template.name.value, template.version, template.folder, template.documentation, in: project)
    }
    let names = Set(own.map(\.name))
    let entries = entries ?? project.catalogs.flatMap(\.entries).map(\.value)
    let elsewhere = entries.filter { !names.contains($0.name) }.map { entry in
        listed(entry.name, entry.version, entry.source, nil, in: project)
    }
    return (own + elsewhere).sorted { ($0.name, $1.version) < ($1.name, $0.version) }
}

private func listed(
    _ name: String, _ version: SemanticVersion, _ place: String, _ documentation: String?, in project: Project
) -> ListedTemplate {
    let stacks = project.stacks.filter { stack in
        guard let template = project.template(of: stack) else { return false }
        return template.name.value == name && template.version == version
    }
    let channels = project.channels(of: name)?.versions.filter { $0.value.value == version }.keys ?? [:].keys
    return ListedTemplate(
        name: name, version: version, channels: UpgradeChannel.allCases.filter(channels.contains), place: place,
        documentation: documentation, stacks: stacks.map(\.name.value))
}
