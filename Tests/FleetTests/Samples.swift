import FoundationEssentials
import JSON

@testable import Fleet

/// 2026-11-21T09:30:12Z
let sampleDate = Date(timeIntervalSince1970: 1_795_253_412)

let samplePEM = """
    -----BEGIN CERTIFICATE-----
    MIIBszCCAVmgAwIBAgIUQ2x1c3RlcjANBgkqhkiG9w0BAQsFADAVMRMwEQYDVQQD
    -----END CERTIFICATE-----

    """
let sampleAuthority = base64(samplePEM)

func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

/// What terraform-aws-modules/eks 21 gives out, as far as a record wants it.
let eksOutputs: [String: ClusterOutputs.Output] = [
    "cluster_name": .init("prod-eu"),
    "cluster_arn": .init("arn:aws:eks:eu-west-1:123456789012:cluster/prod-eu"),
    "cluster_id": .init(.null),
    "cluster_endpoint": .init("https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com"),
    "cluster_certificate_authority_data": .init(.string(sampleAuthority)),
    "cluster_version": .init("1.32"),
    "cluster_platform_version": .init("eks.5"),
    "cluster_oidc_issuer_url": .init("https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"),
    "cluster_status": .init("ACTIVE"),
    "eks_managed_node_groups": .init([
        "default": ["node_group_id": "prod-eu:default", "node_group_status": "ACTIVE"],
        "batch": ["version": "1.31", "desired_size": 3],
    ]),
]

func sampleSource(
    labels: [String: String] = [:], stackMapping: OutputMapping? = nil, templateMapping: OutputMapping? = nil
) -> ClusterSource {
    ClusterSource(
        stack: "prod", labels: labels, stackMapping: stackMapping, templateMapping: templateMapping,
        template: "eks-cluster@1.4.0", stateSerial: 7, run: "20261121-093012-k3v9", observedAt: sampleDate)
}

func map(
    _ outputs: [String: ClusterOutputs.Output], _ source: ClusterSource = sampleSource()
) -> ClusterMapper.Result {
    ClusterMapper(source).records(from: ClusterOutputs(outputs))
}

func sampleRecord(_ handle: String = "prod") -> ClusterRecord {
    var record = ClusterRecord(
        handle: handle, name: "prod-eu", stack: "prod", stateSerial: 7, run: "20261121-093012-k3v9",
        observedAt: sampleDate)
    record.endpoint = "https://ABCDEF.gr7.eu-west-1.eks.amazonaws.com"
    record.certificateAuthority = sampleAuthority
    record.authentication = .init(kind: .eks, parameters: ["cluster": "prod-eu", "region": "eu-west-1"])
    return record
}
