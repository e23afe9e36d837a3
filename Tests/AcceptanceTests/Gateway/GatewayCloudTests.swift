import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Terraform with the AWS provider, which speaks protocol 5, through the gateway and without.
@Suite(.disabled(if: Cloud.isLeftOut, "STACK_TESTS_WITHOUT_CLOUD=1"))
struct GatewayCloudTests {
    private func folder(
        _ project: TestProject, _ configuration: String, delays: [String: Int] = [:]
    ) async throws -> (cloud: Cloud, folder: InitialisedFolder) {
        let cloud = try await Cloud(for: project, delays: delays)
        let folder = try await InitialisedFolder(
            project, Cloud.provider + configuration, environment: cloud.environment)
        return (cloud, folder)
    }

    @Test func `plans, shown plans and wrong configurations are the same, and two regions stay two`() async throws {
        try await withProject { project in
            let configuration = """
                provider "aws" {
                  alias  = "west"
                  region = "us-west-2"
                }

                resource "aws_vpc" "here" {
                  cidr_block = "10.0.0.0/16"
                  tags       = { parse = provider::aws::arn_parse("arn:aws:iam::1:role/a").service }
                }

                resource "aws_vpc" "there" {
                  provider   = aws.west
                  cidr_block = "10.1.0.0/16"
                }

                data "aws_region" "here" {}

                data "aws_region" "there" {
                  provider = aws.west
                }

                output "regions" {
                  value = [data.aws_region.here.name, data.aws_region.there.name]
                }

                """
            let (_, folder) = try await folder(project, configuration)
            try await folder.terraform("plan", "-out=stock")
            // The second one is the one that finds everything in the cache.
            for name in ["first", "second"] {
                let planned = try await folder.gateway("plan", "-no-color", "-out=\(name)")
                #expect(planned.exitCode == 0 && planned.stderr == "", "\(planned.description)")
            }
            #expect(project.files(below: project.scratch + "/cache/stack/validations").count == 2)
            let plan = try await folder.terraform("show", "-json", "stock").json
            for name in ["first", "second"] {
                let shown = try await folder.gateway("show", "-json", name).json
                #expect(shown.comparablePlan == plan.comparablePlan, "\(name)")
            }
            let applied = try await folder.gateway("apply", "-no-color", "second")
            #expect(applied.exitCode == 0, "\(applied.description)")
            let state = try await folder.gateway("show", "-json")
            #expect(state.stderr == "", "\(state.description)")
            #expect(try state.json == (try await folder.terraform("show", "-json").json))
            let values = try state.json["values"]
            #expect(values?["outputs"]?["regions"]?["value"] == ["eu-west-1", "us-west-2"])
            let regions = values?["root_module"]?["resources"]?.arrayValue?.compactMap {
                $0["values"]?["arn"]?.stringValue?.split(separator: ":").dropFirst(3).first
            }
            #expect(regions == ["eu-west-1", "us-west-2"])

            try folder.write(
                Cloud.provider + "resource \"aws_vpc\" \"a\" {\n  cidr_block = \"10.0.0.0/40\"\n  wrong = 1\n}\n"
                    + "resource \"aws_subnet\" \"a\" {\n  cidr_block = \"none\"\n}\n")
            let stock = try await folder.terraform("plan", "-no-color")
            let served = try await folder.gateway("plan", "-no-color")
            #expect(stock.exitCode == 1 && served.exitCode == 1)
            #expect(served.stderr.hasPrefix(stock.stderr), "\(stock.description)\n\(served.description)")
            #expect(folder.processes == [])
        }
    }

    @Test(arguments: [true, false])
    func `an interrupt while AWS makes something loses it without the gateway, and nothing with it`(
        isServed: Bool
    ) async throws {
        try await withProject { project in
            let (cloud, folder) = try await folder(project, Self.network, delays: ["CreateVpc": 10])
            let command = ["apply", "-auto-approve", "-no-color"]
            let apply = try isServed ? folder.start(gateway: command) : folder.start(command)
            try await eventually("the VPC is made", within: .seconds(120)) {
                guard apply.isRunning else { throw Timeout(try await apply.result().description) }
                return try await cloud.contents()["vpcs"]?.arrayValue?.count == 1
            }
            apply.send(SIGINT)
            let applied = try await apply.result()
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(try folder.state() == (isServed ? ["aws_vpc.a": false] : [:]), "\(applied.description)")
            #expect(try await cloud.contents()["subnets"] == [])
            #expect(folder.processes == [])
        }
    }

    private static let network = """
        resource "aws_vpc" "a" {
          cidr_block = "10.0.0.0/16"
        }

        resource "aws_subnet" "a" {
          vpc_id     = aws_vpc.a.id
          cidr_block = "10.0.0.0/18"
        }

        """

    /// Starts an apply whose VPC is made, and whose answer AWS holds back for ever.
    private func startStanding(
        _ project: TestProject, options: [String] = []
    ) async throws -> (folder: InitialisedFolder, apply: RunningProcess) {
        let (cloud, folder) = try await folder(project, Self.network, delays: ["CreateVpc": 3600])
        let apply = try folder.start(gateway: ["apply", "-auto-approve", "-no-color"], options: options)
        try await eventually("the VPC is made", within: .seconds(120)) {
            guard apply.isRunning else { throw Timeout(try await apply.result().description) }
            return try await cloud.contents()["vpcs"]?.arrayValue?.count == 1
        }
        return (folder, apply)
    }

    @Test(arguments: [[], ["--stop-timeout", "1s"]])
    func `a second interrupt, or the end of the time to stop, cuts off what is being made`(
        options: [String]
    ) async throws {
        try await withProject { project in
            let (folder, apply) = try await startStanding(project, options: options)
            apply.send(SIGINT)
            if options.isEmpty {
                try await eventually("Terraform has asked for the end") { apply.stdout.contains("Interrupt received.") }
                apply.send(SIGINT)
            }
            let applied = try await apply.result(within: .seconds(60))
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(try folder.state() == [:], "\(applied.description)")
            #expect(folder.processes == [])
        }
    }

    @Test func `a gateway that is killed leaves no AWS provider`() async throws {
        try await withProject { project in
            let (folder, apply) = try await startStanding(project)
            #expect(folder.processes.contains { $0.contains("terraform-provider-aws") })
            apply.send(SIGKILL)
            try await eventually("providers and Terraform have ended") { folder.processes == [] }
            #expect(try folder.state() == [:])
        }
    }

    @Test func `an AWS provider that is not the locked one is left to Terraform, which refuses it`() async throws {
        try await withProject { project in
            let (_, folder) = try await folder(project, Self.network)
            #expect(try await folder.gateway("validate").stderr == "")
            let files = FileManager.default
            let providers = "\(InitialisedFolder.name)/.terraform/providers/registry.terraform.io/hashicorp/aws"
            let version = try #require(try files.contentsOfDirectory(atPath: project.path(providers)).first)
            let platform = try #require(
                try files.contentsOfDirectory(atPath: project.path("\(providers)/\(version)")).first)
            // The same files, and one more.
            let package = project.path("\(providers)/\(version)/\(platform)")
            let original = URL(fileURLWithPath: package).resolvingSymlinksInPath().path
            try files.removeItem(atPath: package)
            try files.createDirectory(atPath: package, withIntermediateDirectories: false)
            for name in try files.contentsOfDirectory(atPath: original) {
                try files.createSymbolicLink(
                    atPath: "\(package)/\(name)", withDestinationPath: "\(original)/\(name)")
            }
            try project.write("more", to: "\(package)/MORE.txt")
            let refused = try await folder.gateway("plan", "-no-color")
            #expect(refused.exitCode == 1)
            #expect(refused.stderr.contains("has none of the `h1:` hashes of"), "\(refused.description)")
            #expect(refused.stderr.contains("does not match any of the checksums"), "\(refused.description)")
        }
    }

    @Test func `a provider's complaint is made anew each time, and modules beside the root bring their types`()
        async throws
    {
        try await withProject { project in
            try project.write(
                "resource \"aws_subnet\" \"b\" {\n  vpc_id     = \"vpc-1\"\n  cidr_block = \"10.0.0.0/18\"\n}\n",
                to: "shared/main.tf")
            let wrong = Cloud.provider.replacingOccurrences(
                of: "provider \"aws\" {}",
                with: "provider \"aws\" {\n  assume_role {\n    role_arn = \"nonsense\"\n  }\n}")
            let (_, folder) = try await folder(project, "module \"shared\" {\n  source = \"../shared\"\n}\n")
            let planned = try await folder.gateway("plan", "-no-color")
            #expect(planned.exitCode == 0 && planned.stderr == "", "\(planned.description)")
            #expect(planned.stdout.contains("module.shared.aws_subnet.b will be created"), "\(planned.description)")
            let known = project.files(below: project.scratch + "/cache/stack/validations").count
            try folder.write(wrong + "module \"shared\" {\n  source = \"../shared\"\n}\n")
            let stock = try await folder.terraform("plan", "-no-color")
            #expect(stock.stderr.contains("(nonsense) is an invalid ARN"), "\(stock.description)")
            for _ in 1...2 {
                let served = try await folder.gateway("plan", "-no-color")
                #expect(served.exitCode == 1 && served.stderr.hasPrefix(stock.stderr), "\(served.description)")
            }
            #expect(project.files(below: project.scratch + "/cache/stack/validations").count == known)
        }
    }

    @Test func `a log that is asked for keeps the gateway aside`() async throws {
        try await withProject { project in
            let (_, folder) = try await folder(project, Self.network)
            let planned = try await folder.gateway("plan", "-no-color", environment: ["TF_LOG_PROVIDER": "error"])
            #expect(planned.exitCode == 0 && planned.stdout.contains("Plan: 2 to add"), "\(planned.description)")
            #expect(
                planned.stderr.hasPrefix(
                    "warning: Terraform runs without the provider gateway: `TF_LOG_PROVIDER` asks"),
                "\(planned.description)")
        }
    }
}
