/// The two families of definitions that are read.
package enum APIGroup: String, Hashable, Sendable, CaseIterable {
    /// Our own.
    case fleet = "stacks.fleet"
    /// Plural's, read as published.
    case plural = "deployments.plural.sh"

    /// The one version that each has so far.
    static let version = "v1alpha1"

    /// What stands behind `apiVersion:`.
    package var apiVersion: String { "\(rawValue)/\(Self.version)" }
}

/// The kinds that each group has.
enum DefinitionKind {
    static let project = "Project"
    static let stack = "InfrastructureStack"
    static let template = "StackTemplate"

    static let channels = "TemplateChannels"
    static let catalog = "Catalog"
    static let templateTest = "TemplateTest"
    static let automation = "PrAutomation"

    static let fleet = [
        project, stack, template, channels, catalog, templateTest, "ClusterPool", "PoolRoute", "RolloutStrategy",
        "Rollout",
    ]

    /// Plural's kinds that mean something without its server.
    static let plural = [
        stack, "StackDefinition", "CustomStackRun", "Cluster", "GitRepository", catalog, automation, "Pipeline",
        "PipelineContext",
    ]

    /// Of every other kind of Plural's group.
    static let pluralServerReason = "it is carried out by Plural's server"
}
