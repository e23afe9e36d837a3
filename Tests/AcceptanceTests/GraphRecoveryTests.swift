import Foundation
import Glibc
import TestSupport
import Testing

/// Commands about many stacks that die or fail on the way, and the ones that go on with what they have left.
@Suite struct GraphRecoveryTests {
    /// Each stack needs those at half its number and one before that; its apply writes its name down.
    private func writeFleet(_ project: TestProject, count: Int) throws -> [String: [String]] {
        try project.write(
            """
            variable "name" {
              type = string
            }

            variable "log" {
              type = string
            }

            variable "needed" {
              type    = string
              default = ""
            }

            resource "terraform_data" "made" {
              input = var.needed

              provisioner "local-exec" {
                command = "echo ${var.name} >> ${var.log}; sleep 0.2"
              }
            }

            output "id" {
              value = terraform_data.made.id
            }
            """, to: "modules/node/main.tf")
        var needs: [String: [String]] = [:]
        for number in 1...count {
            let others = number == 1 ? [] : Set([number / 2, max(1, number / 2 - 1)]).sorted().map { "s\($0)" }
            needs["s\(number)"] = others
            let input = others.first.map { "inputs: [{variable: needed, from: {stack: \($0), output: id}}]\n" } ?? ""
            try project.writeStack(
                "s\(number)", module: "modules/node",
                spec: "\(input)dependsOn: [\(others.joined(separator: ", "))]\n"
                    + "variables: {name: s\(number), log: \(project.path("applied"))}")
        }
        return needs
    }

    private func applied(_ project: TestProject) -> [String] {
        (try? project.read("applied"))?.split(separator: "\n").map(String.init) ?? []
    }

    @Test func `an apply of many stacks that is killed goes on with --resume, and applies none of them twice`()
        async throws
    {
        try await withProject { project in
            let needs = try writeFleet(project, count: 16)
            let first = try project.start("apply", "--all", "--new", "--auto-approve", "--parallelism", "3")
            try await eventually("five stacks are applied") { applied(project).count >= 5 }
            first.send(SIGKILL)
            _ = try await first.result()
            // What it had begun comes to its end without it.
            try await eventually("nothing is at work") {
                try await project.stack("state", "locks", "-o", "name").stdout.isEmpty
            }
            #expect(applied(project).count < 16)
            let rest = try await project.stack(
                "apply", "--resume", "--new", "--auto-approve", "--parallelism", "3", within: .seconds(300))
            #expect(rest.exitCode == 0, "\(rest.description)")

            let order = applied(project)
            #expect(order.sorted() == needs.keys.sorted())
            for (position, stack) in order.enumerated() {
                let missing = Set(needs[stack] ?? []).subtracting(order[..<position])
                #expect(missing.isEmpty, "\(stack) came before \(missing): \(order)")
            }
            let plan = try await project.stack("plan", "--all", "--detailed-exitcode", within: .seconds(300))
            #expect(plan.exitCode == 0, "\(plan.description)")
            let nothing = try await project.stack("apply", "--resume", "--new", "--auto-approve")
            #expect(nothing.exitCode == 0 && nothing.stderr.contains("Nothing is left"), "\(nothing.description)")
        }
    }

    @Test func `a second Ctrl-C ends an apply of many stacks: what runs is interrupted, nothing more is begun`()
        async throws
    {
        try await withProject { project in
            _ = try writeFleet(project, count: 12)
            let apply = try project.start("apply", "--all", "--new", "--auto-approve", "--parallelism", "2")
            try await eventually("three stacks are applied") { applied(project).count >= 3 }
            apply.send(SIGINT)
            try await eventually("it has explained itself") { apply.stderr.contains("Nothing was interrupted.") }
            apply.send(SIGINT)
            let result = try await apply.result()
            #expect(result.exitCode == 130, "\(result.description)")
            let count = applied(project).count
            #expect(count < 12)
            let rest = try await project.stack(
                "apply", "--resume", "--new", "--auto-approve", within: .seconds(300))
            #expect(rest.exitCode == 0, "\(rest.description)")
            #expect(
                try await project.stack("plan", "--all", "--detailed-exitcode", within: .seconds(300)).exitCode == 0)
        }
    }
}
