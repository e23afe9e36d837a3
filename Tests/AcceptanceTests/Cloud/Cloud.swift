import Foundation
import JSON
import TestSupport

/// AWS's API on loopback, and what the real provider needs to use it.
struct Cloud {
    /// What finds this cloud: for `stack`, and for whoever looks at the cloud without it.
    let environment: [String: String]
    private let project: TestProject
    private let python: String

    static let region = "eu-west-1"
    /// Only who has neither the AWS provider nor a way to get it asks for this, and is told that suites were left out;
    /// without it such a machine fails the tests of the cloud.
    static let isLeftOut = ProcessInfo.processInfo.environment["STACK_TESTS_WITHOUT_CLOUD"] == "1"

    /// Starts a cloud that lives as long as the project.
    ///
    /// - Parameter delays: which of AWS's actions are answered so many seconds after they were done.
    /// - Throws: with what was said when Python or moto is missing.
    init(for project: TestProject, delays: [String: Int] = [:]) async throws {
        self.project = project
        python = try await project.python()
        let delays = delays.flatMap { ["--delay", "\($0.key)=\($0.value)"] }
        let server = try project.start(
            python, ["\(repository)/scripts/moto-server"] + delays, environment: TestProject.home)
        let port = try await eventually("the port of scripts/moto-server") { () -> Int? in
            guard server.isRunning else { throw CloudMissing(reason: server.stderr) }
            return Int(server.stdout.prefix { $0 != "\n" })
        }
        environment = [
            "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_DEFAULT_REGION": Self.region,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-test",
            "AWS_EC2_METADATA_DISABLED": "true", "TF_CLI_CONFIG_FILE": try Self.cliConfiguration(in: project),
        ].merging(TestProject.home) { $1 }
    }

    /// Where the provider comes from: the mirror that `STACK_TEST_PROVIDER_MIRROR` names; without one Terraform looks
    /// into its own mirror directories, then asks the registry.
    private static func cliConfiguration(in project: TestProject) throws -> String {
        let mirror = ProcessInfo.processInfo.environment["STACK_TEST_PROVIDER_MIRROR"] ?? ""
        let path = project.scratch + "/terraform.rc"
        let installation = "provider_installation {\n  filesystem_mirror {\n    path = \"\(mirror)\"\n  }\n}\n"
        try project.write(mirror.isEmpty ? "" : installation, to: path)
        return path
    }

    /// What a module says that uses the AWS provider.
    static let provider = """
        terraform {
          required_providers {
            aws = {
              source  = "hashicorp/aws"
              version = "~> 5.40"
            }
          }
        }

        provider "aws" {}

        """

    /// Writes the module `modules/app`, which uses the AWS provider.
    func writeModule(_ resources: String) throws {
        try project.write("\(Self.provider)\n\(resources)\n", to: "modules/app/main.tf")
    }

    /// Starts `stack` in the project, with this cloud.
    func start(_ arguments: String...) throws -> RunningProcess { try start(arguments) }

    /// Runs `stack` in the project, with this cloud, and waits for its end.
    func stack(_ arguments: String...) async throws -> CommandResult {
        try await start(arguments).result(within: .seconds(240))
    }

    private func start(_ arguments: [String]) throws -> RunningProcess {
        try project.start(try TestProject.program, arguments, environment: environment)
    }

    /// What the account holds, asked of the API itself.
    func contents() async throws -> JSONValue { try await run("describe-cloud").json }

    /// Deletes a subnet as somebody does who knows nothing of Terraform.
    func deleteSubnet(_ block: String) async throws { _ = try await run("delete-subnet", block) }

    /// Gives a VPC another name, likewise.
    func renameVPC(_ name: String, to other: String) async throws { _ = try await run("rename-vpc", name, other) }

    /// Runs a script beside this file.
    private func run(_ script: String, _ arguments: String...) async throws -> CommandResult {
        let result = try await project.start(
            python, ["\(repository)/Tests/AcceptanceTests/Cloud/\(script)"] + arguments, environment: environment
        ).result()
        guard result.exitCode == 0 else { throw CloudMissing(reason: result.description) }
        return result
    }
}

extension JSONValue {
    /// The object with only these members.
    func picked(_ names: String...) -> JSONValue {
        .object((objectValue ?? [:]).filter { names.contains($0.key) })
    }
}

/// The cloud, the provider or what has to be made first is not there.
struct CloudMissing: Error, CustomStringConvertible {
    let reason: String

    var description: String {
        "\(reason)\n(STACK_TESTS_WITHOUT_CLOUD=1 leaves out the tests that need moto and the AWS provider)"
    }
}
