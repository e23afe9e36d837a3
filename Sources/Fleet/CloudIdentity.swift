/// What the identifiers of a managed cluster tell about it.
struct CloudIdentity: Hashable {
    var provider: String?
    var distribution: String?
    /// A region, or a zone for Google's zonal clusters.
    var location: String?
    var account: String?
    var name: String?
    var resourceGroup: String?

    /// Takes each fact from the first that has it: the id, the issuer, the endpoint's host.
    init(id: String?, endpoint: String?, issuer: String?) {
        // Google's issuer is the cluster's resource name behind a host.
        let known =
            [id, issuer].compactMap { $0.flatMap(Self.init(id:)) }
            + [endpoint, issuer].compactMap { $0.flatMap(Self.init(url:)) }
        provider = known.lazy.compactMap(\.provider).first
        distribution = known.lazy.compactMap(\.distribution).first
        location = known.lazy.compactMap(\.location).first
        account = known.lazy.compactMap(\.account).first
        name = known.lazy.compactMap(\.name).first
        resourceGroup = known.lazy.compactMap(\.resourceGroup).first
    }

    private init(provider: String, distribution: String, location: String? = nil) {
        self.provider = provider
        self.distribution = distribution
        self.location = location
    }

    /// `arn:aws:eks:REGION:ACCOUNT:cluster/NAME`, Azure's `/subscriptions/ID/resourceGroups/GROUP/providers/
    /// Microsoft.ContainerService/managedClusters/NAME`, Google's `projects/ID/locations/PLACE/clusters/NAME`.
    private init?(id: String) {
        let parts = id.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 6, parts[0] == "arn", parts[2] == "eks", parts[5].hasPrefix("cluster/") {
            self.init(provider: "aws", distribution: "eks", location: parts[3])
            account = parts[4]
            name = String(parts[5].dropFirst("cluster/".count))
            return
        }
        let path = id.split(separator: "/").map(String.init)
        if let cluster = Self.member("managedclusters", of: path) {
            self.init(provider: "azure", distribution: "aks")
            account = Self.member("subscriptions", of: path)
            resourceGroup = Self.member("resourcegroups", of: path)
            name = cluster
        } else if let project = Self.member("projects", of: path), let cluster = Self.member("clusters", of: path) {
            self.init(provider: "gcp", distribution: "gke")
            location = Self.member("locations", of: path) ?? Self.member("zones", of: path)
            account = project
            name = cluster
        } else {
            return nil
        }
    }

    /// `ID.gr7.REGION.eks.amazonaws.com`, `oidc.eks.REGION.amazonaws.com`, `NAME.hcp.REGION.azmk8s.io`,
    /// `REGION.oic.prod-aks.azure.com`, `NAME.REGION.gke.goog`.
    private init?(url: String) {
        let host = url.split(separator: "/").dropFirst().first?.split(separator: ":").first ?? ""
        let labels = host.lowercased().split(separator: ".").map(String.init)
        if labels.contains("amazonaws"), let eks = labels.firstIndex(of: "eks") {
            // The region stands before `eks` in an endpoint and behind it in an issuer.
            let region = labels[0] == "oidc" ? eks + 1 : eks - 1
            guard labels.indices.contains(region) else { return nil }
            self.init(provider: "aws", distribution: "eks", location: labels[region])
        } else if labels.suffix(2) == ["azmk8s", "io"] {
            self.init(
                provider: "azure", distribution: "aks", location: labels.count > 3 ? labels[labels.count - 3] : nil)
        } else if labels.suffix(3) == ["prod-aks", "azure", "com"] {
            self.init(provider: "azure", distribution: "aks", location: labels[0])
        } else if labels.suffix(2) == ["gke", "goog"] {
            self.init(provider: "gcp", distribution: "gke", location: labels.count > 3 ? labels[labels.count - 3] : nil)
        } else {
            return nil
        }
    }

    /// What follows the given segment; Azure is not particular about upper and lower case.
    private static func member(_ segment: String, of path: [String]) -> String? {
        path.firstIndex { $0.lowercased() == segment }.flatMap { path.indices.contains($0 + 1) ? path[$0 + 1] : nil }
    }
}

/// `europe-west1-b` is a zone of `europe-west1`; other locations are regions.
func region(ofLocation location: String) -> String {
    let parts = location.split(separator: "-", omittingEmptySubsequences: false)
    let isZone =
        parts.count == 3 && parts[2].count == 1 && parts[2].allSatisfy(\.isLetter) && parts[1].last?.isNumber == true
    return isZone ? parts.dropLast().joined(separator: "-") : location
}
