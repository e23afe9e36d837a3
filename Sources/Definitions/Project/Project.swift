package import Diagnostics

/// Everything that a project defines, read, merged and checked; after this nobody reads YAML again.
package struct Project: Sendable {
    package let name: String
    package let settings: ProjectSettings
    /// By name.
    package let stacks: [StackDefinition]
    /// By name, the newest version of each first.
    package let templates: [TemplateDefinition]
    /// Kinds that are recognised and not looked into yet, by kind and name.
    package let others: [OtherDefinition]

    package func stack(named name: String) -> StackDefinition? {
        stacks.first { $0.name.value == name }
    }

    /// The template that a stack names; nil where it names none, none fits, or it is kept elsewhere.
    package func template(of stack: StackDefinition) -> TemplateDefinition? {
        guard case .template(let reference) = stack.source.value else { return nil }
        return template(for: reference)
    }

    /// The newest version of a local template that the reference allows; nil where none fits, or it is kept elsewhere.
    package func template(for reference: TemplateReference) -> TemplateDefinition? {
        guard reference.source == nil else { return nil }
        return templates.first { template in
            template.name.value == reference.name
                && (reference.version?.contains(template.version) ?? !template.version.isPreRelease)
        }
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
