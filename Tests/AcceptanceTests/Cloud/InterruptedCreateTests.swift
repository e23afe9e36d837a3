import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Something dies while AWS holds back the answer to a create that it has done: the resource exists, and no state has it.
@Suite(.disabled(if: Cloud.isLeftOut, "STACK_TESTS_WITHOUT_CLOUD=1"))
struct InterruptedCreateTests {
    @Test(arguments: [Interruption.cancel, .controlC, .interruptTerraform])
    func `whoever asks for the end loses nothing of what is being made, and begins nothing`(
        interruption: Interruption
    ) async throws {
        try await withProject { project in
            let cloud = try await Cloud(for: project, delays: [Interruption.Held.vpc.rawValue: 12])
            let story = InterruptedCreate(project: project, cloud: cloud, held: .vpc)
            let run = try await story.begin(interruption)
            let output = try await story.end(run, by: interruption)
            let record = try await project.stack("run", run.id, "-o", "json").json
            #expect(record["unknownResources"] == .null && !output.contains("is unknown"), "\(output)")
            #expect(output.contains("aws_vpc.this: Creation complete"), "\(output)")
            #expect(try await cloud.contents()["subnets"] == [])
            // The VPC is in the state; what depended on it was not begun.
            _ = try await story.expectNothingWanted()
        }
    }

    @Test(arguments: Interruption.allCases)
    func `what was being made is named, and the printed command brings it back`(
        interruption: Interruption
    ) async throws {
        try await withProject { project in
            let cloud = try await Cloud(
                for: project, delays: [interruption.held.rawValue: interruption.seconds])
            let story = InterruptedCreate(project: project, cloud: cloud, held: interruption.held)
            // Who does not wait for an answer loses it.
            let run = try await story.begin(interruption, stopTimeout: "0s")
            let output = try await story.end(run, by: interruption)

            let record = try await project.stack("run", run.id, "-o", "json").json
            let unknown = record["unknownResources"]?.arrayValue ?? []
            #expect(unknown.compactMap { $0["address"]?.stringValue }.sorted() == interruption.unknown, "\(output)")
            for address in interruption.unknown { #expect(output.contains("`\(address)` is unknown"), "\(output)") }
            let brought = try await story.bringBack(unknown, as: output)
            let plan = try await story.expectNothingWanted()
            // What died, what AWS held back, how the run ended, what it named, how that came back, the plan afterwards.
            print(
                """
                │ \(interruption.rawValue) | \(interruption.held.rawValue) | \(record["status"]?.stringValue ?? "") \
                | \(interruption.unknown.joined(separator: " ")) | \(brought.joined(separator: " ")) | \(plan)
                """)
        }
    }
}

/// What dies, or is asked to end.
enum Interruption: String, CaseIterable, CustomTestStringConvertible {
    case cancel = "stack cancel"
    case controlC = "Ctrl-C twice"
    case interruptTerraform = "SIGINT to Terraform"
    case killTerraform = "SIGKILL of Terraform"
    case killProvider = "SIGKILL of the provider"
    case killExecutor = "SIGKILL of the executor"
    case killAll = "SIGKILL of all of them"
    /// The file as it is between its truncation and its writing.
    case killAllAndCutState = "SIGKILL of all of them, the state cut"

    var testDescription: String { rawValue }

    /// What AWS does and does not answer.
    enum Held: String {
        case vpc = "CreateVpc"
        case subnets = "CreateSubnet"
        case role = "CreateRole"

        /// How many resources are made all the same.
        var others: Int {
            switch self {
            case .vpc: 1
            case .subnets: 2
            case .role: 3
            }
        }
    }

    var held: Held {
        switch self {
        case .cancel, .killAllAndCutState: .subnets
        case .controlC, .killTerraform, .killProvider, .killAll: .vpc
        case .interruptTerraform, .killExecutor: .role
        }
    }

    /// How long the answer is held back: for ever, but for a Terraform that lives on.
    var seconds: Int { self == .killExecutor ? 20 : 3600 }

    /// What the run has to name, sorted.
    var unknown: [String] {
        let subnets = ["aws_subnet.this[\"a\"]", "aws_subnet.this[\"b\"]"]
        switch (self, held) {
        case (.killExecutor, _): return []
        case (.killAllAndCutState, _): return ["aws_iam_role.this"] + subnets + ["aws_vpc.this"]
        case (_, .vpc): return ["aws_vpc.this"]
        case (_, .subnets): return subnets
        case (_, .role): return ["aws_iam_role.this"]
        }
    }
}

private struct InterruptedCreate {
    let project: TestProject
    let cloud: Cloud
    let held: Interruption.Held

    struct Run {
        let id: String
        let executor: pid_t
        let terraform: pid_t
        let terminal: TerminalSession
    }

    /// - Returns: an apply of which everything is made that does not need an answer that is held back.
    func begin(_ interruption: Interruption, stopTimeout: String = "10m") async throws -> Run {
        try writeModule()
        try project.writeStack("dev")
        try FileManager.default.copyItem(
            atPath: "\(repository)/templates/eks-cluster/1.1.0/.terraform.lock.hcl",
            toPath: project.path("modules/app/.terraform.lock.hcl"))
        let terminal = try project.terminal(
            "apply", "dev", "--new", "--auto-approve", "--stop-timeout", stopTimeout, environment: cloud.environment)
        try await eventually("it applies", within: .seconds(180)) {
            guard terminal.process.isRunning else { throw Timeout(terminal.text) }
            return terminal.text.contains("applying")
        }
        let id = try await project.newestRun(of: "dev")
        let executor = try await project.executor(of: id)
        let terraform = try await eventually("Terraform applies") { project.terraform(of: id) }
        if interruption == .killAllAndCutState {
            // So that it takes no state in; not before it has started Terraform, or it never would.
            kill(executor, SIGSTOP)
            try #require(try completed() == 0, "the executor was stopped too late")
        }
        try await eventually("everything else is made") { try completed() == held.others }
        try await eventually("\(held.rawValue) is done in the cloud") { try await isMade() }
        return Run(id: id, executor: executor, terraform: terraform, terminal: terminal)
    }

    private func writeModule() throws {
        try cloud.writeModule(
            """
            resource "aws_vpc" "this" {
              cidr_block = "10.0.0.0/16"
            }

            resource "aws_subnet" "this" {
              for_each   = { a = "10.0.0.0/18", b = "10.0.64.0/18" }
              vpc_id     = aws_vpc.this.id
              cidr_block = each.value
            }

            resource "aws_iam_role" "this" {
              name = "fleet"
              assume_role_policy = jsonencode({
                Version   = "2012-10-17"
                Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "eks.amazonaws.com" } }]
              })
            }
            """)
    }

    /// How many creates Terraform has seen the end of.
    private func completed() throws -> Int {
        let outputs = project.files(below: ".stack/workspaces").filter { $0.hasSuffix("/output") }
        guard let output = outputs.first else { return 0 }
        return try project.read(".stack/workspaces/\(output)").components(separatedBy: "\"apply_complete\"").count - 1
    }

    private func isMade() async throws -> Bool {
        let contents = try await cloud.contents()
        return switch held {
        case .vpc: contents["vpcs"]?.arrayValue?.count == 1
        case .subnets: contents["subnets"]?.arrayValue?.count == 2
        case .role: contents["roles"]?["fleet"] != nil
        }
    }

    /// - Returns: what the apply, or the next command, says of it.
    func end(_ run: Run, by interruption: Interruption) async throws -> String {
        switch interruption {
        case .cancel: #expect(try await cloud.stack("cancel", run.id).exitCode == 0)
        case .controlC:
            run.terminal.interrupt()
            try await run.terminal.wait(for: "press Ctrl-C again to interrupt")
            run.terminal.interrupt()
        case .interruptTerraform: kill(run.terraform, SIGINT)
        case .killTerraform: kill(run.terraform, SIGKILL)
        case .killProvider: kill(try provider(of: run), SIGKILL)
        case .killExecutor: kill(run.executor, SIGKILL)
        case .killAll, .killAllAndCutState:
            kill(run.executor, SIGKILL)
            for process in processes(withEnvironment: "STACK_RUN_ID", value: run.id) { kill(process, SIGKILL) }
        }
        _ = try await run.terminal.exitCode()
        if interruption == .killAllAndCutState { try cutState() }
        return run.terminal.text + (try await cloud.stack("recover").stderr)
    }

    private func provider(of run: Run) throws -> pid_t {
        let found = processes(withEnvironment: "STACK_RUN_ID", value: run.id).filter {
            arguments(of: $0).first?.contains("terraform-provider-aws") == true
        }
        try #require(found.count == 1)
        return found[0]
    }

    private func cutState() throws {
        let states = project.files(below: ".stack/workspaces").filter { $0.hasSuffix("/modules/app/terraform.tfstate") }
        try #require(states.count == 1)
        try project.write("", to: ".stack/workspaces/\(states[0])")
    }

    /// Runs the commands as they are printed; where an id has to be put in, a person finds it in the cloud.
    ///
    /// - Returns: how each came back.
    func bringBack(_ unknown: [JSONValue], as output: String) async throws -> [String] {
        let commands = importCommands(in: output)
        try #require(commands.count == unknown.count, "\(output)")
        var ways: [String] = []
        for (resource, command) in zip(unknown, commands) {
            let address = try #require(resource["address"]?.stringValue)
            #expect(command.contains(address))
            let isKnown = resource["import"]?.isNull == false
            #expect(command.hasSuffix(" ID") != isKnown, "\(command)")
            let whole = isKnown ? command : String(command.dropLast(2)) + (try await idInCloud(of: address))
            let imported = try await project.shell(whole, environment: cloud.environment)
            #expect(imported.exitCode == 0, "\(imported.description)")
            #expect(imported.stderr.contains("  + \(address)\n"), "\(imported.description)")
            ways.append(isKnown ? "as-printed" : "by-found-id")
        }
        return ways
    }

    private func idInCloud(of address: String) async throws -> String {
        let contents = try await cloud.contents()
        func subnet(_ block: String) -> JSONValue? {
            contents["subnets"]?.arrayValue?.first { $0["cidr"]?.stringValue == block }
        }
        let found =
            switch address {
            case "aws_vpc.this": contents["vpcs"]?.arrayValue?.first?["id"]
            case "aws_subnet.this[\"a\"]": subnet("10.0.0.0/18")?["id"]
            case "aws_subnet.this[\"b\"]": subnet("10.0.64.0/18")?["id"]
            default: JSONValue.string("fleet")
            }
        return try #require(found?.stringValue)
    }

    /// Subnets whose VPC was being made have not been begun; all else is there and as it should be.
    ///
    /// - Returns: what the plan says.
    func expectNothingWanted() async throws -> String {
        let planned = try await cloud.stack("plan", "dev")
        let verdict = planned.lines.last { !$0.isEmpty } ?? ""
        #expect(
            verdict
                == (held == .vpc
                    ? "Plan: 2 to add, 0 to change, 0 to destroy." : "No changes. `dev` is as it is defined."),
            "\(planned.description)")
        #expect(!planned.stdout.contains("# aws_vpc.this"), "\(planned.description)")
        return verdict
    }
}
