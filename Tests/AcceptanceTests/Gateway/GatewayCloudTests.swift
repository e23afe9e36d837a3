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
            let configuration = """
                resource "aws_vpc" "a" {
                  cidr_block = "10.0.0.0/16"
                }

                resource "aws_subnet" "a" {
                  vpc_id     = aws_vpc.a.id
                  cidr_block = "10.0.0.0/18"
                }

                """
            let (cloud, folder) = try await folder(project, configuration, delays: ["CreateVpc": 10])
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
}
