import JSON
import Testing

@testable import Fleet

struct NormalizationTests {
    @Test(arguments: [
        samplePEM, samplePEM.replacing("\n", with: "\r\n"), "\n" + samplePEM + "\n\n", base64(samplePEM),
        base64(base64(samplePEM)), base64(samplePEM).prefix(40) + "\n" + base64(samplePEM).dropFirst(40),
    ])
    func `every form of a CA becomes one`(text: String) {
        #expect(normalizedCertificateAuthority(text) == sampleAuthority)
    }

    @Test(arguments: [
        "", "???", base64("not a certificate"), base64(base64(base64(samplePEM))), "AAECAw==",
        samplePEM + "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    ])
    func `what is no CA, or more than that, is refused`(text: String) {
        #expect(normalizedCertificateAuthority(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.1", "https://10.0.0.1"), ("api.example.com:6443", "https://api.example.com:6443"),
        ("https://api.example.com/", "https://api.example.com"), ("http://localhost:8080", "http://localhost:8080"),
        ("https://rancher.example.com/k8s/clusters/c-1", "https://rancher.example.com/k8s/clusters/c-1"),
        ("[::1]:6443", "https://[::1]:6443"),
    ])
    func `an endpoint gets a scheme and loses a last slash`(text: String, expected: String) {
        #expect(normalizedEndpoint(text) == expected)
    }

    @Test(arguments: ["", "a b", "https://", "ftp://a", "file:///etc/passwd", "a\nb", "\u{1B}[2J", "höst"])
    func `what is no endpoint is refused`(text: String) {
        #expect(normalizedEndpoint(text) == nil)
    }

    @Test(
        arguments: [
            ("1.32", "1.32", nil), ("v1.33.5-gke.1080000", "1.33.5", "gke.1080000"),
            ("1.31.2-eks-7f9249a", "1.31.2", "eks-7f9249a"), ("v1.30.4+k3s1", "1.30.4", "k3s1"),
            ("1.32.0", "1.32.0", nil),
        ] as [(String, String, String?)])
    func `a version and what its provider adds`(text: String, number: String, suffix: String?) {
        #expect(KubernetesVersion(text)?.number == number)
        #expect(KubernetesVersion(text)?.suffix == suffix)
    }

    @Test(arguments: ["", "v", "1", "latest", "1.x", "1.2.3.4", "1..2", ".1", "1.2 beta", "１.３"])
    func `what is no version is refused`(text: String) {
        #expect(KubernetesVersion(text) == nil)
    }

    @Test(arguments: [
        ("europe-west1-b", "europe-west1"), ("europe-west1", "europe-west1"), ("eu-west-1", "eu-west-1"),
        ("westeurope", "westeurope"), ("us-east4-c", "us-east4"), ("", ""),
    ])
    func `a zone belongs to a region`(location: String, expected: String) {
        #expect(region(ofLocation: location) == expected)
    }
}

struct CloudIdentityTests {
    private func identity(id: String? = nil, endpoint: String? = nil, issuer: String? = nil) -> [String?] {
        let identity = CloudIdentity(id: id, endpoint: endpoint, issuer: issuer)
        return [
            identity.provider, identity.distribution, identity.location, identity.account, identity.name,
            identity.resourceGroup,
        ]
    }

    @Test(
        arguments: [
            ("arn:aws:eks:eu-west-1:123:cluster/a", ["aws", "eks", "eu-west-1", "123", "a", nil]),
            ("arn:aws-cn:eks:cn-north-1:123:cluster/a", ["aws", "eks", "cn-north-1", "123", "a", nil]),
            ("arn:aws:iam::123:role/a", [nil, nil, nil, nil, nil, nil]),
            (
                "/subscriptions/s/resourcegroups/g/providers/Microsoft.ContainerService/managedclusters/a",
                ["azure", "aks", nil, "s", "a", "g"]
            ),
            ("projects/p/zones/europe-west1-b/clusters/a", ["gcp", "gke", "europe-west1-b", "p", "a", nil]),
            ("//container.googleapis.com/projects/p/locations/l/clusters/a", ["gcp", "gke", "l", "p", "a", nil]),
            ("projects", [nil, nil, nil, nil, nil, nil]),
            ("", [nil, nil, nil, nil, nil, nil]),
        ] as [(String, [String?])])
    func `from an id`(id: String, expected: [String?]) {
        #expect(identity(id: id) == expected)
    }

    @Test(
        arguments: [
            ("https://AB.gr7.eu-west-1.eks.amazonaws.com", ["aws", "eks", "eu-west-1"]),
            ("https://AB.sk1.cn-north-1.eks.amazonaws.com.cn", ["aws", "eks", "cn-north-1"]),
            ("https://oidc.eks.us-east-2.amazonaws.com/id/AB", ["aws", "eks", "us-east-2"]),
            ("https://a-1.hcp.westeurope.azmk8s.io:443", ["azure", "aks", "westeurope"]),
            ("https://westeurope.oic.prod-aks.azure.com/t/u/", ["azure", "aks", "westeurope"]),
            ("https://gke-abc-123.europe-west1.gke.goog", ["gcp", "gke", "europe-west1"]),
            ("https://oidc.amazonaws.eks", [nil, nil, nil]),
            ("https://eks.amazonaws.com", [nil, nil, nil]),
            ("https://10.0.0.1", [nil, nil, nil]),
            ("", [nil, nil, nil]),
        ] as [(String, [String?])])
    func `from an endpoint`(endpoint: String, expected: [String?]) {
        #expect(Array(identity(endpoint: endpoint).prefix(3)) == expected)
    }

    @Test func `Google's issuer names the cluster`() {
        let issuer = "https://container.googleapis.com/v1/projects/p/locations/l/clusters/a"
        #expect(identity(issuer: issuer) == ["gcp", "gke", "l", "p", "a", nil])
    }
}

struct NodePoolsTests {
    @Test func `from every form that modules use`() {
        let b = ClusterRecord.NodePool(name: "b", version: "1.31", count: 2)
        #expect(
            nodePools(from: [["name": "b", "version": "1.31", "count": 2], ["name": "a"]]) == [.init(name: "a"), b])
        #expect(nodePools(from: ["b": ["kubernetes_version": "v1.31", "node_count": 2]]) == [b])
        #expect(nodePools(from: ["b": ["node_group_version": "1.31", "desired_size": 2]]) == [b])
        #expect(nodePools(from: ["a", "b"]) == [.init(name: "a"), .init(name: "b")])
        #expect(nodePools(from: ["b": "1.31-x"]) == [.init(name: "b", version: "1.31")])
    }

    @Test func `what has no name or is none is left out`() {
        #expect(nodePools(from: [["version": "1.31"], 3, .null]).isEmpty)
        #expect(nodePools(from: "text").isEmpty)
        #expect(nodePools(from: ["a": 3]).isEmpty)
    }
}
