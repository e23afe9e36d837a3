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
