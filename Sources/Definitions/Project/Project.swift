package import Diagnostics

/// Everything that a project defines, read, merged and checked; after this nobody reads YAML again.
package struct Project: Sendable {
    package let name: String
    package let settings: ProjectSettings
    /// By name.
    package let stacks: [StackDefinition]
    package let stackFiles: StackFiles
    /// Those of the project's own folders, by name, the newest version of each first.
    package let templates: [TemplateDefinition]
    /// Those that are kept elsewhere and have been fetched.
    package internal(set) var fetched: [TemplateRequest: TemplateDefinition] = [:]
    package let channels: [TemplateChannels]
    package let catalogs: [TemplateCatalog]
    /// By name.
    package let automations: [AutomationDefinition]
    /// Kinds that are recognised and not looked into yet, by kind and name.
    package let others: [OtherDefinition]

    package func stack(named name: String) -> StackDefinition? {
        stacks.first { $0.name.value == name }
    }
}

/// A document of a known kind that only its own commands will look into.
package struct OtherDefinition: Hashable, Sendable {
    package let group: APIGroup
    package let kind: String
    /// Nil where the document has no name.
    package let name: String?
    package let location: SourceLocation
}
