import Diagnostics
import FoundationEssentials
import JSON
import Testing

@testable import Fleet

struct ClusterMapperTests {
    @Test func `the outputs of the EKS module make a whole record without any mapping`() throws {
        let result = map(eksOutputs, sampleSource(labels: ["env": "prod"]))
        let record = try #require(result.records.first)
        var expected = ClusterRecord(
            handle: "prod", name: "prod-eu", stack: "prod", stateSerial: 7, run: "20261121-093012-k3v9",
            observedAt: sampleDate,
            authentication: .init(kind: .eks, parameters: ["cluster": "prod-eu", "region": "eu-west-1"]),
            nodePools: [.init(name: "batch", version: "1.31", count: 3), .init(name: "default")],
            tags: ["env": "prod"],
            metadata: ["id": "arn:aws:eks:eu-west-1:123456789012:cluster/prod-eu", "platformVersion": "eks.5"])
        expected.provider = "aws"
        expected.distribution = "eks"
        expected.region = "eu-west-1"
        expected.account = "123456789012"
        expected.endpoint = "https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com"
        expected.certificateAuthority = sampleAuthority
        expected.oidcIssuer = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"
        expected.version = "1.32"
        expected.template = "eks-cluster@1.4.0"
        #expect(record == expected)
        #expect(result.notes.isEmpty)
        #expect(result.records.count == 1)
    }

    @Test func `the outputs of the GKE module`() throws {
        let result = map([
            "name": .init("main"), "cluster_id": .init("projects/acme/locations/europe-west1-b/clusters/main"),
            "endpoint": .init("34.1.2.3"), "ca_certificate": .init(.string(sampleAuthority), isSensitive: true),
            "master_version": .init("v1.33.5-gke.1080000"), "location": .init("europe-west1-b"),
            "node_pools_versions": .init(["default-pool": "1.33.5-gke.1080000"]),
        ])
        let record = try #require(result.records.first)
        #expect(record.name == "main")
        #expect(record.provider == "gcp")
        #expect(record.distribution == "gke")
        #expect(record.region == "europe-west1")
        #expect(record.account == "acme")
        #expect(record.endpoint == "https://34.1.2.3")
        #expect(record.version == "1.33.5")
        #expect(record.metadata["versionSuffix"] == "gke.1080000")
        #expect(record.nodePools == [.init(name: "default-pool", version: "1.33.5")])
        #expect(
            record.authentication
                == .init(
                    kind: .gke, parameters: ["cluster": "main", "location": "europe-west1-b", "project": "acme"]))
        #expect(record.certificateAuthority == nil)
        #expect(
            result.notes.map(\.message) == [
                "output `ca_certificate` is sensitive and never enters a record, so `certificateAuthority` stays empty",
                "no output gives `certificateAuthority` of cluster `prod`",
            ])
    }

    @Test func `the outputs of the AKS module, whose host is sensitive but not its name`() throws {
        let result = map([
            "aks_name": .init("main"), "host": .init("https://secret", isSensitive: true),
            "aks_id": .init(
                "/subscriptions/0000-11/resourceGroups/rg-main/providers/Microsoft.ContainerService/managedClusters/main"
            ),
            "cluster_fqdn": .init("main-abc.hcp.westeurope.azmk8s.io"),
            "oidc_issuer_url": .init("https://westeurope.oic.prod-aks.azure.com/0000/1111/"),
            "kube_config_raw": .init("token: hunter2", isSensitive: true),
        ])
        let record = try #require(result.records.first)
        #expect(record.name == "main")
        #expect(record.endpoint == "https://main-abc.hcp.westeurope.azmk8s.io")
        #expect(record.region == "westeurope")
        #expect(record.account == "0000-11")
        #expect(record.metadata["resourceGroup"] == "rg-main")
        #expect(record.authentication.kind == .aks)
        #expect(try !String(decoding: record.encoded(), as: UTF8.self).contains("hunter2"))
    }

    @Test func `the stack's mapping beats the template's, and both beat every usual name`() throws {
        let outputs: [String: ClusterOutputs.Output] = [
            "cluster": .init(["name": "from-object", "version": "1.28", "region": "r-object"]),
            "cluster_name": .init("from-usual-name"), "cluster_version": .init("1.29"),
            "a": .init("from-stack"), "b": .init("1.30"), "c": .init(["d": ["e": "deep"]]),
        ]
        let source = sampleSource(
            labels: ["env": "prod"],
            stackMapping: OutputMapping(
                pool: "production", tags: ["tier": "1"], outputs: ["name": "a", "displayName": "c.d.e"]),
            templateMapping: OutputMapping(
                handle: "from-template", provider: "metal", distribution: "k3s",
                outputs: ["name": "b", "version": "b"]))
        let record = try #require(map(outputs, source).records.first)
        #expect(record.name == "from-stack")
        #expect(record.displayName == "deep")
        #expect(record.version == "1.30")
        #expect(record.region == "r-object")
        #expect(record.handle == "from-template")
        #expect(record.pool == "production")
        #expect(record.provider == "metal")
        #expect(record.distribution == "k3s")
        #expect(record.tags == ["tier": "1"])
    }

    @Test func `an output that a mapping names and that does not exist is said, and not guessed`() throws {
        let source = sampleSource(stackMapping: OutputMapping(outputs: ["endpoint": "cluster_endpont"]))
        let result = map(eksOutputs, source)
        #expect(result.records.first?.endpoint == nil)
        #expect(
            result.notes.first
                == .warning(
                    "there is no output `cluster_endpont`, which is to give the cluster's `endpoint`",
                    hint: "did you mean `cluster_endpoint`?"))
    }

    @Test func `a mapping of a field that no record has is said`() {
        let source = sampleSource(stackMapping: OutputMapping(outputs: ["endpont": "cluster_endpoint"]))
        #expect(
            map(eksOutputs, source).notes
                == [.warning("a cluster record has no field `endpont`", hint: "did you mean `endpoint`?")])
    }

    @Test func `a sensitive output that a mapping names stays out`() throws {
        var outputs = eksOutputs
        outputs["secret"] = .init("https://10.0.0.1", isSensitive: true)
        let result = map(outputs, sampleSource(stackMapping: OutputMapping(outputs: ["endpoint": "secret"])))
        #expect(result.records.first?.endpoint == nil)
        #expect(
            result.notes.first?.message
                == "output `secret` is sensitive and never enters a record, so `endpoint` stays empty")
    }

    @Test(arguments: [
        ["name": "vpc", "region": "eu-west-1", "id": "vpc-1"], ["vpc_id": "vpc-1"], [:],
    ]) func `outputs that speak of no cluster make no record`(values: [String: String]) {
        let result = map(values.mapValues { .init(.string($0)) })
        #expect(result.records.isEmpty)
        #expect(result.notes.isEmpty)
    }

    @Test func `a mapping makes a record even when nothing can be read`() throws {
        let result = map([:], sampleSource(stackMapping: OutputMapping(handle: "main")))
        #expect(result.records.map(\.handle) == ["main"])
        #expect(result.records.map(\.name) == ["prod"])
        #expect(
            result.notes.map(\.message) == [
                "no output gives `name`, `endpoint`, `certificateAuthority`, `version` of cluster `main`"
            ])
    }

    @Test func `a map of clusters makes one record for each`() throws {
        let result = map([
            "clusters": .init([
                "blue": ["name": "b", "endpoint": "b.example.com", "version": "1.31"],
                "green": ["handle": "the-green-one", "endpoint": "g.example.com", "version": "1.32"],
            ]),
            "cluster_name": .init("not this"),
        ])
        #expect(result.records.map(\.handle) == ["prod-blue", "the-green-one"])
        #expect(result.records.map(\.name) == ["b", "green"])
        #expect(result.records.map(\.endpoint) == ["https://b.example.com", "https://g.example.com"])
    }

    @Test func `a record's own keys in an object are understood`() throws {
        let result = map([
            "cluster": .init([
                "handle": "sandbox-dev", "name": "dev", "certificateAuthority": .string(samplePEM),
                "endpoint": "https://127.0.0.1:6443/", "oidcIssuer": "example.com/oidc", "version": "1.32.1",
                "nodePools": [["name": "a", "version": "1.31.0", "count": 2]], "metadata": ["vpc": ["id": "v"]],
            ])
        ])
        let record = try #require(result.records.first)
        #expect(record.handle == "sandbox-dev")
        #expect(record.endpoint == "https://127.0.0.1:6443")
        #expect(record.certificateAuthority == sampleAuthority)
        #expect(record.oidcIssuer == "https://example.com/oidc")
        #expect(record.nodePools == [.init(name: "a", version: "1.31.0", count: 2)])
        #expect(record.metadata == ["vpc": ["id": "v"]])
        #expect(record.authentication == .init(kind: .none))
        #expect(result.notes.isEmpty)
    }

    @Test(arguments: ["Prod", "a_b", "-a", "a-", "", "ä", String(repeating: "a", count: 64), "a\nb"])
    func `what cannot be a handle makes no record and a warning`(handle: String) {
        let result = map(eksOutputs, sampleSource(stackMapping: OutputMapping(handle: handle)))
        #expect(result.records.isEmpty)
        #expect(result.notes.map(\.severity) == [.warning])
    }

    @Test func `a version that is a number is taken and warned about`() {
        let result = map(["cluster_version": .init(.number(Decimal(string: "1.3") ?? 0))])
        #expect(result.records.first?.version == "1.3")
        #expect(result.notes.first?.message == "output `cluster_version` is a number, and 1.30 as a number is 1.3")
    }

    @Test func `values of the wrong type are said and stay out`() {
        let result = map([
            "cluster_name": .init(["a": "b"]), "cluster_endpoint": .init("not a host"),
            "cluster_certificate_authority_data": .init("???"), "cluster_version": .init("latest"),
            "cluster_metadata": .init("text"),
        ])
        #expect(
            result.notes.map(\.message) == [
                "output `cluster_name` is no text, so `name` stays empty",
                "output `cluster_metadata` is no object, so `metadata` stays empty",
                "`not a host` is no URL or host name, so `endpoint` stays empty",
                "the cluster's CA is neither PEM nor base64 of it, so `certificateAuthority` stays empty",
                "`latest` is no Kubernetes version, so `version` stays empty",
                "no output gives `name`, `endpoint`, `certificateAuthority`, `version` of cluster `prod`",
            ])
    }

    @Test func `a role to assume is part of the way to log in`() {
        var outputs = eksOutputs
        outputs["access_role"] = .init("arn:aws:iam::123456789012:role/deployer")
        let result = map(outputs, sampleSource(templateMapping: OutputMapping(outputs: ["roleArn": "access_role"])))
        #expect(
            result.records.first?.authentication.parameters == [
                "cluster": "prod-eu", "region": "eu-west-1", "roleArn": "arn:aws:iam::123456789012:role/deployer",
            ])
    }

    @Test func `metadata may be the text of an object`() {
        let result = map(["cluster_name": .init("a"), "metadata": .init(#"{"dns":"a.example"}"#)])
        #expect(result.records.first?.metadata == ["dns": "a.example"])
    }

    @Test(arguments: 0..<200) func `whatever the outputs and mappings, nothing sensitive enters`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let names =
            ["cluster", "clusters", "x"]
            + ClusterField.allCases.flatMap { $0.names.flatMap { ["cluster_\($0)", "aks_\($0)", $0] } }
        var outputs: [String: ClusterOutputs.Output] = [:]
        for name in names where Bool.random(using: &random) {
            let isSensitive = Bool.random(using: &random)
            outputs[name] = .init(randomValue(isSensitive ? "s3cret" : "1.2", &random), isSensitive: isSensitive)
        }
        var mapping = OutputMapping()
        for field in ClusterField.allCases where Int.random(in: 0..<5, using: &random) == 0 {
            mapping.outputs[field.rawValue] = names.randomElement(using: &random)
        }
        let result = map(outputs, sampleSource(stackMapping: mapping))
        for record in result.records {
            let text = String(decoding: try record.encoded(), as: UTF8.self)
            #expect(!text.contains("s3cret"), "seed \(seed)")
            #expect(try ClusterRecord(parsing: record.encoded()) == record, "seed \(seed)")
        }
        #expect(!result.notes.contains { $0.message.contains("s3cret") }, "seed \(seed)")
    }
}

/// A value of any shape that holds the text.
private func randomValue(_ text: String, _ random: inout SeededGenerator) -> JSONValue {
    let field = ClusterField.allCases.flatMap(\.names).randomElement(using: &random) ?? "name"
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return .array([.string(text)])
    case 1: return .object([field: randomValue(text, &random)])
    case 2: return .object(["a": .object([field: .string(text), "handle": "a"])])
    case 3: return .null
    default: return .string(text)
    }
}
