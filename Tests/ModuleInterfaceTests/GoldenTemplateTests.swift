import Diagnostics
import Foundation
import ModuleInterface
import SourceTree
import SystemPackage
import Testing

/// The modules that ship, read as any other.
@Suite struct GoldenTemplateTests {
    private let templates = DirectoryTree(
        root: FilePath(#filePath).appending("../../../templates").lexicallyNormalized())

    private let clusterOutputs: Set = [
        "cluster_name", "cluster_endpoint", "cluster_certificate_authority_data", "cluster_version", "cluster_status",
        "eks_managed_node_groups",
    ]

    @Test func `the sandbox needs a name and no provider`() throws {
        let module = try ModuleInterface.read(folder: "sandbox-cluster", in: templates)
        #expect(module.requiredVariables.map(\.name) == ["name"])
        #expect(module.requiredProviders.isEmpty)
        #expect(module.resourceTypes == ["terraform_data"])
        #expect(clusterOutputs.isSubset(of: module.outputs.keys))
        #expect(module.backend == nil && module.moduleCalls.isEmpty && !module.usesWorkingDirectory)
        #expect(
            module.variables["extra_node_pools"]?.type
                == .map(
                    .object([
                        "count": .init(.number, isOptional: true), "size": .init(.string, isOptional: true),
                    ])))
    }

    @Test func `the EKS cluster needs a name and a region, and its provider is locked`() throws {
        let module = try ModuleInterface.read(folder: "eks-cluster", in: templates)
        #expect(module.requiredVariables.map(\.name) == ["name", "region"])
        #expect(module.requiredProviders.mapValues(\.source) == ["aws": "hashicorp/aws"])
        #expect(clusterOutputs.isSubset(of: module.outputs.keys))
        #expect(module.resourceTypes.isSuperset(of: ["aws_vpc", "aws_eks_cluster", "aws_eks_node_group"]))

        let lock = try LockFile(parsing: try templates.contents(of: "eks-cluster/\(LockFile.fileName)"))
        let provider = try #require(lock.providers.first)
        #expect(provider.address == "registry.terraform.io/hashicorp/aws")
        #expect(provider.constraints == module.requiredProviders["aws"]?.version)
        #expect(provider.hashes.contains { $0.hasPrefix("h1:") })
    }

    @Test(arguments: ["sandbox-cluster", "eks-cluster"])
    func `a template has a variable for what a rollout turns`(name: String) throws {
        let module = try ModuleInterface.read(folder: name, in: templates)
        for variable in ["kubernetes_version", "node_version"] {
            #expect(module.variables[variable]?.type == .string)
            #expect(module.variables[variable]?.hasDefault == true)
        }
        #expect(module.check(terraform: TerraformVersion(1, 11, 4)).isEmpty)
    }
}
