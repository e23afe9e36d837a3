import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Expects the whole of what a command gave: exit code, standard output, standard error, with ids, times and folders
/// replaced by words.
func expect(
    _ result: CommandResult, in project: TestProject, exit exitCode: Int32 = 0, stdout: String? = "",
    stderr: String? = "", sourceLocation: SourceLocation = #_sourceLocation
) {
    let actual = result.filtered(project.filter)
    var problems: [String] = []
    if actual.exitCode != exitCode { problems.append("exit code \(actual.exitCode) instead of \(exitCode)") }
    if let stdout { problems += difference("standard output", stdout, actual.stdout) }
    if let stderr { problems += difference("standard error", stderr, actual.stderr) }
    if !problems.isEmpty {
        Issue.record("\(problems.joined(separator: "\n"))\n\(actual.description)", sourceLocation: sourceLocation)
    }
}

private func difference(_ what: String, _ expected: String, _ actual: String) -> [String] {
    // A literal of several lines ends without the line break that the command wrote.
    let expected = expected.isEmpty || expected.hasSuffix("\n") ? expected : expected + "\n"
    guard expected != actual else { return [] }
    let changes = actual.split(separator: "\n", omittingEmptySubsequences: false).difference(
        from: expected.split(separator: "\n", omittingEmptySubsequences: false))
    return ["\(what) differs:"]
        + changes.map { change in
            switch change {
            case .insert(let line, let text, _): "  +\(line + 1): \(text)"
            case .remove(let line, let text, _): "  -\(line + 1): \(text)"
            }
        }
}

extension TestProject {
    /// A network and nodes: something to add, change, replace and hide; only Terraform's built-in provider.
    func writeApp() throws {
        try write(
            """
            variable "size" {
              type    = string
              default = "small"
            }

            variable "nodes" {
              type    = number
              default = 1
            }

            resource "terraform_data" "network" {
              input = "10.0.0.0/16"
            }

            resource "terraform_data" "node" {
              count            = var.nodes
              input            = terraform_data.network.id
              triggers_replace = var.size
            }

            output "size" {
              value = var.size
            }
            """, to: "modules/app/main.tf")
    }

    func writeAppStack(_ name: String = "dev", size: String = "small", nodes: Int = 1, more: String = "") throws {
        try writeStack(name, spec: "variables: {size: \(size), nodes: \(nodes)}\n" + more)
    }

    /// A module whose apply stops in the middle, at `terraform_data.held`, until the gate opens.
    func writeGated(_ name: String = "dev") throws {
        try write(
            """
            variable "gate" {
              type = string
            }

            resource "terraform_data" "first" {
              input = "made before the gate"
            }

            resource "terraform_data" "held" {
              input = terraform_data.first.id

              provisioner "local-exec" {
                command = "touch ${var.gate}.reached; until test -e ${var.gate}; do sleep 0.05; done"
              }
            }

            resource "terraform_data" "last" {
              input = terraform_data.held.id
            }
            """, to: "modules/gated/main.tf")
        try writeStack(name, module: "modules/gated", spec: "variables: {gate: \(gate(name))}")
    }

    func gate(_ name: String = "dev") -> String { "\(scratch)/gate-\(name)" }

    func openGate(_ name: String = "dev") throws { try write("", to: gate(name)) }

    /// Waits until an apply stands before its gate.
    func waitForGate(_ name: String = "dev") async throws {
        try await eventually("the apply of \(name) is at its gate") { exists(gate(name) + ".reached") }
    }

    /// Terraform waits at the start of each plan until the gate opens.
    func holdPlans() throws {
        try wrapTerraform(
            """
            if test "$1" = plan; then
              trap 'exit 1' INT
              touch \(gate()).reached
              until test -e \(gate()); do sleep 0.05; done
            fi
            """)
    }

    /// Kills the process that applies a run, and not the Terraform that it has started.
    func killExecutor(of run: String) throws {
        let executors = processes(withEnvironment: "STACK_RUN_ID", value: run).filter { pid in
            let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return words.split(separator: 0).contains(Data("execute".utf8))
        }
        try #require(executors.count == 1)
        kill(executors[0], SIGKILL)
    }

    /// Plans a stack and gives the id of the run, whose plan waits.
    func plannedRun(_ name: String = "dev") async throws -> String {
        let result = try await stack("plan", name)
        try #require(result.exitCode == 0, "\(result.description)")
        return try await newestRun(of: name)
    }

    /// Applies a stack for the first time.
    @discardableResult
    func applyNew(_ name: String = "dev") async throws -> CommandResult {
        let result = try await stack("apply", name, "--new", "--auto-approve")
        try #require(result.exitCode == 0, "\(result.description)")
        return result
    }
}

/// A document of our group.
func definition(_ kind: String, _ name: String, _ spec: String) -> String {
    "apiVersion: stacks.fleet/v1alpha1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec: \(spec)\n"
}
