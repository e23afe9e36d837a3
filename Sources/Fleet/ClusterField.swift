/// A field of a cluster record that an output can give.
package enum ClusterField: String, Hashable, Sendable, CaseIterable {
    case name, displayName
    /// The provider's identifier: an ARN or a resource id, which tells provider, region and account.
    case id
    case provider, distribution, region, account, endpoint, certificateAuthority, oidcIssuer, version
    /// The provider's own version of its service (`eks.5`), kept in the metadata.
    case platformVersion
    case nodePools, metadata, tags
    /// The role that a client has to assume to get a token.
    case roleArn

    /// What outputs with this value are usually called, the best first, without the prefixes `cluster_` and `aks_`: the
    /// names of the EKS, GKE and AKS modules and of Plural's stacks.
    var names: [String] {
        switch self {
        case .name: ["name"]
        case .displayName: ["display_name"]
        case .id: ["arn", "id", "resource_id"]
        case .provider: ["provider"]
        case .distribution: ["distribution"]
        case .region: ["region", "location"]
        case .account: ["account", "account_id", "project_id", "project", "subscription_id"]
        case .endpoint: ["endpoint", "host", "endpoint_dns", "fqdn", "private_fqdn"]
        case .certificateAuthority: ["certificate_authority_data", "ca_certificate", "certificate_authority"]
        case .oidcIssuer: ["oidc_issuer_url", "oidc_issuer", "oidc_provider"]
        case .version: ["version", "kubernetes_version", "current_kubernetes_version", "master_version"]
        case .platformVersion: ["platform_version"]
        case .nodePools: ["node_pools", "node_groups", "eks_managed_node_groups", "node_pools_versions"]
        case .metadata: ["metadata"]
        // The outputs that are called so are about the cloud's resources, or too vague: only a mapping names them.
        case .tags, .roleArn: []
        }
    }

    /// Without these a record is of little use, so it is said when no output gives them.
    static let expected: [ClusterField] = [.name, .endpoint, .certificateAuthority, .version]
}
