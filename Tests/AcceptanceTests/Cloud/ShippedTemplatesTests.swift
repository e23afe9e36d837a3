import Foundation
import JSON
import TestSupport
import Testing

/// The templates that ship, together: a network that a cluster is put into, and a cluster that gets a newer version of its
/// template. They want the real provider and `moto`; who has neither says so in the environment, and CI never does.
@Suite(.disabled(if: Cloud.isLeftOut, "STACK_TESTS_WITHOUT_CLOUD=1"))
struct ShippedTemplatesTests {
    private func withTemplates(_ body: (TestProject, Cloud) async throws -> Void) async throws {
        try await withProject { project in
            try FileManager.default.copyItem(atPath: "\(repository)/templates", toPath: project.path("templates"))
            try await body(project, try await Cloud(for: project))
        }
    }

    private func writeStack(_ name: String, _ template: String, in project: TestProject) throws {
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: \(name)}
            spec:
              template: {name: \(template)}
              variables: {name: \(name), region: \(Cloud.region)}

            """, to: "stacks/\(name).yaml")
    }

    @Test func `every template passes its golden tests`() async throws {
        try await withTemplates { project, cloud in
            try project.write("", to: "stack.yaml")
            let tests = try await cloud.stack("template", "test")
            #expect(tests.exitCode == 0, "\(tests.description)")
            #expect(tests.stderr.split(separator: "\n").count { $0.hasPrefix("passed ") } >= 5, "\(tests.description)")
        }
    }

    @Test func `a cluster is put into a network of its own stack`() async throws {
        try await withTemplates { project, cloud in
            try writeStack("network", "network, channel: stable", in: project)
            try writeStack("shared", "eks-cluster, channel: rapid", in: project)
            let network = try await cloud.stack("apply", "network", "--new", "--auto-approve")
            try #require(network.exitCode == 0, "\(network.description)")
            #expect(network.stdout.contains("Plan: 7 to add, 0 to change, 0 to destroy."), "\(network.description)")
            let outputs = try await cloud.stack("output", "network", "-o", "json").json
            let vpc = try #require(outputs["vpc_id"]?["value"]?.stringValue, "\(outputs)")
            let subnets = try #require(outputs["subnet_ids"]?["value"])
            #expect(subnets.arrayValue?.count == 2)

            let half = try await cloud.stack("set", "shared", "variables.vpc_id=\(vpc)")
            try #require(half.exitCode == 0, "\(half.description)")
            let refused = try await cloud.stack("plan", "shared")
            #expect(refused.stderr.contains("Give vpc_id and subnet_ids, or neither."), "\(refused.description)")

            let set = try await cloud.stack("set", "shared", "variables.subnet_ids=\(subnets.text)")
            try #require(set.exitCode == 0, "\(set.description)")
            let applied = try await cloud.stack("apply", "shared", "--new", "--auto-approve")
            try #require(applied.exitCode == 0, "\(applied.description)")
            #expect(applied.stdout.contains("Plan: 8 to add, 0 to change, 0 to destroy."), "\(applied.description)")
            #expect(try await cloud.contents()["vpcs"]?.arrayValue?.count == 1)
            let cluster = try await cloud.stack("output", "shared", "-o", "json").json
            #expect(cluster["vpc_id"]?["value"] == .string(vpc))
            #expect(cluster["public_subnets"]?["value"] == subnets)
            let again = try await cloud.stack("plan", "shared", "--detailed-exitcode")
            #expect(again.exitCode == 0, "\(again.description)")
        }
    }

    @Test func `a new cluster is made from its template in one go, and gets the next version in place`() async throws {
        try await withTemplates { project, cloud in
            try project.write("", to: "stack.yaml")
            let made = try await cloud.stack(
                "new", "old", "--template", "eks-cluster@1.0.0", "--set", "name=old", "--set", "region=\(Cloud.region)")
            try #require(made.exitCode == 0, "\(made.description)")
            let first = try await cloud.stack("plan", "old", "--detailed-exitcode")
            #expect(first.exitCode == 2, "\(first.description)")
            #expect(first.stdout.contains("Plan: 15 to add, 0 to change, 0 to destroy."), "\(first.description)")
            let applied = try await cloud.stack(
                "apply", "--run", try await project.newestRun(of: "old"), "--new", "--auto-approve")
            try #require(applied.exitCode == 0, "\(applied.description)")
            let run = try await cloud.stack("run", try await project.newestRun(of: "old"), "-o", "json").json
            #expect(run["template"]?["name"] == "eks-cluster")
            #expect(run["template"]?["digest"]?.stringValue?.hasPrefix("sha256:") == true, "\(run)")
            let before = try await cloud.contents()

            let set = try await cloud.stack("set", "old", "template.version=1.1.0")
            try #require(set.exitCode == 0, "\(set.description)")
            let planned = try await cloud.stack("plan", "old", "--detailed-exitcode")
            #expect(planned.exitCode == 2, "\(planned.description)")
            #expect(planned.stdout.contains("~ version                       = \"1.32\" -> \"1.33\""))
            #expect(
                planned.stdout.contains("Plan: 0 to add, 2 to change, 0 to destroy, 3 to move."),
                "\(planned.description)")
            let upgraded = try await cloud.stack(
                "apply", "--run", try await project.newestRun(of: "old"), "--auto-approve")
            try #require(upgraded.exitCode == 0, "\(upgraded.description)")
            let after = try await cloud.contents()
            #expect(after["vpcs"] == before["vpcs"])
            #expect(after["subnets"] == before["subnets"])
            #expect(try await project.addresses(of: "old").contains("aws_vpc.this[0]"))
            let again = try await cloud.stack("plan", "old", "--detailed-exitcode")
            #expect(again.exitCode == 0, "\(again.description)")
        }
    }
}
