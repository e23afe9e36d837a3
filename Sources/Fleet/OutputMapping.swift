/// What a stack's or a template's `cluster` block says about the record.
package struct OutputMapping: Hashable, Sendable, Codable {
    package var handle: String?
    package var pool: String?
    package var provider: String?
    package var distribution: String?
    package var tags: [String: String]?
    /// Field → output name, or a path into an output that is an object (`network.cluster_endpoint`). The fields are
    /// those of `ClusterField`, and `clusters` for an output that maps names to clusters.
    package var outputs: [String: String]

    package init(
        handle: String? = nil, pool: String? = nil, provider: String? = nil, distribution: String? = nil,
        tags: [String: String]? = nil, outputs: [String: String] = [:]
    ) {
        self.handle = handle
        self.pool = pool
        self.provider = provider
        self.distribution = distribution
        self.tags = tags
        self.outputs = outputs
    }
}

/// What a stack's definition and its template say of the stack's clusters, as it was when a plan was made.
package struct ClusterDeclaration: Hashable, Sendable, Codable {
    /// The stack's labels: the records' tags unless a mapping has some.
    package var labels: [String: String]
    package var stackMapping: OutputMapping?
    package var templateMapping: OutputMapping?
    /// `name@version` of the golden template.
    package var template: String?

    package init(
        labels: [String: String] = [:], stackMapping: OutputMapping? = nil, templateMapping: OutputMapping? = nil,
        template: String? = nil
    ) {
        self.labels = labels
        self.stackMapping = stackMapping
        self.templateMapping = templateMapping
        self.template = template
    }
}
