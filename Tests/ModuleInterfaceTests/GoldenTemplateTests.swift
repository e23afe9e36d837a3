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

    @Test(arguments: ["1.0.0", "1.1.0"])
    func `the EKS cluster needs a name and a region, and its provider is locked`(version: String) throws {
        let folder = "eks-cluster/\(version)"
        let module = try ModuleInterface.read(folder: folder, in: templates)
        #expect(module.requiredVariables.map(\.name) == ["name", "region"])
        #expect(module.requiredProviders.mapValues(\.source) == ["aws": "hashicorp/aws"])
        #expect(clusterOutputs.isSubset(of: module.outputs.keys))
        #expect(module.resourceTypes.isSuperset(of: ["aws_vpc", "aws_eks_cluster", "aws_eks_node_group"]))
        try expectLockedProvider(of: module, in: folder)
    }

    @Test func `the network has what a cluster takes of it, and its provider is locked`() throws {
        let module = try ModuleInterface.read(folder: "network", in: templates)
        #expect(module.requiredVariables.map(\.name) == ["name", "region"])
        let cluster = try ModuleInterface.read(folder: "eks-cluster/1.1.0", in: templates)
        for name in ["vpc_id", "subnet_ids"] {
            #expect(module.outputs[name] != nil)
            #expect(cluster.variables[name]?.hasDefault == true)
        }
        try expectLockedProvider(of: module, in: "network")
    }

    @Test func `a newer version of the EKS cluster has all variables and outputs of the older one`() throws {
        let older = try ModuleInterface.read(folder: "eks-cluster/1.0.0", in: templates)
        let newer = try ModuleInterface.read(folder: "eks-cluster/1.1.0", in: templates)
        for (name, variable) in older.variables { #expect(newer.variables[name]?.type == variable.type) }
        #expect(Set(newer.outputs.keys) == Set(older.outputs.keys))
        #expect(newer.resourceTypes == older.resourceTypes)
    }

    private func expectLockedProvider(of module: ModuleInterface, in folder: String) throws {
        let lock = try LockFile(parsing: try templates.contents(of: "\(folder)/\(LockFile.fileName)"))
        let provider = try #require(lock.providers.first)
        #expect(provider.address == "registry.terraform.io/hashicorp/aws")
        #expect(provider.constraints == module.requiredProviders["aws"]?.version)
        #expect(provider.hashes.contains { $0.hasPrefix("h1:") })
    }

    @Test(arguments: ["sandbox-cluster", "eks-cluster/1.0.0", "eks-cluster/1.1.0"])
    func `a template has a variable for what a rollout turns`(name: String) throws {
        let module = try ModuleInterface.read(folder: name, in: templates)
        for variable in ["kubernetes_version", "node_version"] {
            #expect(module.variables[variable]?.type == .string)
            #expect(module.variables[variable]?.hasDefault == true)
        }
        #expect(module.check(terraform: TerraformVersion(1, 11, 4)).isEmpty)
    }
}
