import Foundation
import JSON
import TestSupport
import Testing

/// The template that ships, the real AWS provider, and a cloud that is asked directly what it holds.
@Suite(.disabled(if: Cloud.isLeftOut, "STACK_TESTS_WITHOUT_CLOUD=1"))
struct EKSClusterTests {
    @Test func `a cluster is created, registered, upgraded in place, and destroyed`() async throws {
        try await withProject { project in
            let story = ClusterStory(project: project, cloud: try await Cloud(for: project))
            try story.write()
            let created = try await story.create()
            try await story.checkRecord(of: created)
            try await story.checkKubeconfig(of: created)
            try await story.upgrade(created)
            try await story.destroy()
        }
    }
}

private struct ClusterStory {
    let project: TestProject
    let cloud: Cloud

    func write() throws {
        try project.write(
            "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nmetadata: {name: cloud}\n", to: "stack.yaml")
        try FileManager.default.createDirectory(atPath: project.path("templates"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: "\(repository)/templates/eks-cluster/1.0.0", toPath: project.path("templates/eks-cluster"))
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata:
              name: prod
              labels: {env: prod}
            spec:
              template: {name: eks-cluster, version: ~> 1.0}
              variables: {name: prod-eu, region: \(Cloud.region), kubernetes_version: "1.31", node_count: 2}
              cluster: {handle: prod-eu}

            """, to: "stacks/prod.yaml")
    }

    /// - Returns: what the cloud holds then.
    func create() async throws -> JSONValue {
        let applied = try await cloud.stack("apply", "prod", "--new", "--auto-approve")
        guard applied.exitCode == 0 else { throw CloudMissing(reason: applied.description) }
        #expect(applied.stdout.contains("Plan: 15 to add, 0 to change, 0 to destroy."), "\(applied.description)")

        let contents = try await cloud.contents()
        #expect(contents["vpcs"]?.arrayValue?.count == 1)
        #expect(contents["vpcs"]?.first?["cidr"] == "10.0.0.0/16")
        #expect(contents["vpcs"]?.first?["name"] == "prod-eu")
        #expect(
            contents["subnets"]?.arrayValue?.map { $0.picked("zone", "cidr") } == [
                ["zone": "eu-west-1a", "cidr": "10.0.0.0/18"], ["zone": "eu-west-1b", "cidr": "10.0.64.0/18"],
            ])
        #expect(contents["internetGateways"] == 1)
        #expect(
            contents["roles"] == [
                "prod-eu-cluster": ["AmazonEKSClusterPolicy"],
                "prod-eu-node": [
                    "AmazonEC2ContainerRegistryReadOnly", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy",
                ],
            ])
        let cluster = try #require(contents["clusters"]?.first)
        #expect(contents["clusters"]?.arrayValue?.count == 1)
        #expect(
            cluster.picked("name", "version", "status") == ["name": "prod-eu", "version": "1.31", "status": "ACTIVE"])
        let nodes = try #require(cluster["nodeGroups"]?.first)
        #expect(
            nodes.picked("name", "version", "status", "desiredSize")
                == ["name": "default", "version": "1.31", "status": "ACTIVE", "desiredSize": 2])
        return contents
    }

    func checkRecord(of contents: JSONValue) async throws {
        let cluster = try #require(contents["clusters"]?.first)
        let shown = try await cloud.stack("clusters", "show", "prod-eu", "-o", "json")
        try #require(shown.exitCode == 0, "\(shown.description)")
        let record = try shown.json
        for (field, ofCloud) in [
            ("name", "name"), ("version", "version"), ("oidcIssuer", "oidcIssuer"),
            ("certificateAuthority", "certificateAuthority"),
        ] {
            #expect(record[field] != nil)
            #expect(record[field] == cluster[ofCloud], "\(field)")
        }
        #expect(record["endpoint"] == cluster.endpoint)
        #expect(
            record.picked(
                "handle", "stack", "provider", "distribution", "region", "account", "template", "tags", "nodePools",
                "authentication")
                == [
                    "handle": "prod-eu", "stack": "prod", "provider": "aws", "distribution": "eks",
                    "region": .string(Cloud.region), "account": "123456789012", "template": "eks-cluster@1.0.0",
                    "tags": ["env": "prod"], "nodePools": [["name": "default", "version": "1.31", "count": 2]],
                    "authentication": [
                        "kind": "eks", "parameters": ["cluster": "prod-eu", "region": .string(Cloud.region)],
                    ],
                ])
        #expect(record["run"]?.stringValue == (try await project.newestRun(of: "prod")))
        let list = try await cloud.stack("clusters", "export", "--format", "json")
        // What is known of drift is no part of the record.
        var exported = try #require(record.objectValue)
        #expect(exported.removeValue(forKey: "drift") == .null)
        #expect(try list.json == [.object(exported)])
    }

    /// What `kubectl` itself makes of the export.
    func checkKubeconfig(of contents: JSONValue) async throws {
        let cluster = try #require(contents["clusters"]?.first)
        let exported = try await cloud.stack("clusters", "export", "--format", "kubeconfig")
        try #require(exported.exitCode == 0, "\(exported.description)")
        try project.write(exported.stdout, to: "kubeconfig")
        let viewed = try await project.run(
            "kubectl", "config", "view", "--kubeconfig", project.path("kubeconfig"), "--raw", "-o", "json")
        try #require(viewed.exitCode == 0, "\(viewed.description)")
        let config = try viewed.json
        #expect(config["current-context"] == "prod-eu")
        #expect(config["clusters"]?.first?["cluster"]?["server"] == cluster.endpoint)
        // In the record is what AWS said; kubectl wants it without the line ends.
        #expect(
            config["clusters"]?.first?["cluster"]?["certificate-authority-data"]?.certificate
                == cluster["certificateAuthority"]?.certificate)
        let command = try #require(config["users"]?.first?["user"]?["exec"])
        #expect(command["command"] == "aws")
        #expect(
            command["args"] == [
                "eks", "get-token", "--cluster-name", "prod-eu", "--region", .string(Cloud.region), "--output", "json",
            ])
    }

    /// From 1.31 to 1.32: the same cluster and the same nodes as before, in another version.
    func upgrade(_ before: JSONValue) async throws {
        try project.replace("\"1.31\"", with: "\"1.32\"", in: "stacks/prod.yaml")
        let planned = try await cloud.stack("plan", "prod", "--detailed-exitcode")
        try #require(planned.exitCode == 2, "\(planned.description)")
        #expect(planned.stdout.contains("# aws_eks_cluster.this will be updated in-place"), "\(planned.description)")
        #expect(planned.stdout.contains("# aws_eks_node_group.default will be updated in-place"))
        #expect(planned.stdout.contains("~ version                       = \"1.31\" -> \"1.32\""))
        #expect(!planned.stdout.contains("replace"))
        #expect(planned.stdout.contains("Plan: 0 to add, 2 to change, 0 to destroy."))

        let applied = try await cloud.stack("apply", "--run", try await project.newestRun(of: "prod"), "--auto-approve")
        try #require(applied.exitCode == 0, "\(applied.description)")
        let after = try await cloud.contents()
        #expect(
            after.replacing(text: "1.32", with: "1.31") == before,
            "nothing but the versions has changed: \(after.text)")
        #expect(after["clusters"]?.first?["version"] == "1.32")
        #expect(after["clusters"]?.first?["nodeGroups"]?.first?["version"] == "1.32")
        let record = try await cloud.stack("clusters", "show", "prod-eu", "-o", "json").json
        #expect(record["version"] == "1.32")
        #expect(record["nodePools"]?.first?["version"] == "1.32")

        let again = try await cloud.stack("plan", "prod", "--detailed-exitcode")
        #expect(again.exitCode == 0, "\(again.description)")
        #expect(again.stdout == "No changes. `prod` is as it is defined.\n")
    }

    func destroy() async throws {
        let destroyed = try await cloud.stack("destroy", "prod", "--auto-approve")
        try #require(destroyed.exitCode == 0, "\(destroyed.description)")
        #expect(
            try await cloud.contents()
                == ["clusters": [], "roles": [:], "vpcs": [], "subnets": [], "internetGateways": 0])
        #expect(try await project.addresses(of: "prod") == [])
        #expect(try await cloud.stack("clusters", "export", "--format", "json").json == [])
        let shown = try await cloud.stack("clusters", "show", "prod-eu")
        let changes = shown.lines.suffix(while: { $0 != "History" }).compactMap {
            $0.split(separator: " ").dropFirst().first
        }
        #expect(changes == ["registered", "updated", "gone"], "\(shown.description)")
    }
}

extension JSONValue {
    fileprivate var first: JSONValue? { arrayValue?.first }

    /// A cluster's endpoint as AWS gives it: moto puts a slash at its end.
    fileprivate var endpoint: JSONValue? {
        self["endpoint"]?.stringValue.map { .string($0.hasSuffix("/") ? String($0.dropLast()) : $0) }
    }

    /// A certificate as its bytes, however its lines are broken.
    fileprivate var certificate: Data? {
        stringValue.flatMap { Data(base64Encoded: $0, options: .ignoreUnknownCharacters) }
    }

    fileprivate func replacing(text: String, with other: String) -> JSONValue {
        switch self {
        case .string(text): .string(other)
        case .array(let elements): .array(elements.map { $0.replacing(text: text, with: other) })
        case .object(let members): .object(members.mapValues { $0.replacing(text: text, with: other) })
        default: self
        }
    }
}

extension Collection where Element == String, Self: BidirectionalCollection {
    /// The elements behind the last one that ends the search.
    fileprivate func suffix(while isWanted: (String) -> Bool) -> SubSequence {
        var start = endIndex
        while start > startIndex, isWanted(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
