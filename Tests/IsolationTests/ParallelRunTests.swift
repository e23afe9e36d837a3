import Foundation
import JSON
import TestSupport
import Testing

@Suite struct ParallelRunTests {
    /// A project whose Terraform is a script that notes the arguments of every call.
    private func noteCalls(_ project: TestProject) async throws -> @Sendable () -> [String] {
        let log = project.scratch + "/calls"
        let found = try await project.run("sh", "-c", "command -v terraform").stdout
        let real = found.trimmingCharacters(in: .whitespacesAndNewlines)
        let wrapper = try project.script("terraform", "echo \"$*\" >> '\(log)'\nexec '\(real)' \"$@\"\n")
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: Project
            metadata: {name: fleet}
            spec: {terraform: {binary: \(wrapper)}}

            """, to: "stack.yaml")
        return {
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map(String.init)
        }
    }

    @Test func `twenty stacks of one module that plan at a time need one init`() async throws {
        try await withProject { project in
            let calls = try await noteCalls(project)
            try project.write(
                "variable \"name\" {\n  type = string\n}\nresource \"terraform_data\" \"a\" {\n  input = var.name\n}\n",
                to: "modules/app/main.tf")
            for number in 0..<20 { try project.writeStack("s\(number)", spec: "variables: {name: n\(number)}") }
            let planned = try await project.stack("plan", "--all", "--parallelism", "20", "--detailed-exitcode")
            #expect(planned.exitCode == 2, "\(planned.description)")
            #expect(calls().filter { $0.hasPrefix("init") }.count == 1)
            #expect(calls().filter { $0.hasPrefix("plan") }.count == 20)
            for number in 0..<20 { #expect(planned.stdout.contains("\"n\(number)\""), "\(number)") }
            #expect(Set(try await project.runs().map { $0["status"]?.stringValue }) == ["planned"])

            // Another process finds what was initialised; another content does not.
            _ = try await project.stack("plan", "s0")
            #expect(calls().filter { $0.hasPrefix("init") }.count == 1)
            try project.write("# more\n", to: "modules/app/more.tf")
            _ = try await project.stack("plan", "s0")
            #expect(calls().filter { $0.hasPrefix("init") }.count == 2)
        }
    }

    @Test func `plans beside a running apply are made on the settled state`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "first" {}
                resource "terraform_data" "slow" {
                  depends_on = [terraform_data.first]
                  provisioner "local-exec" {
                    command = "touch '\(project.scratch)/begun'; until [ -e '\(project.scratch)/go' ]; do sleep 0.05; done"
                  }
                }

                """, to: "modules/app/main.tf")
            try project.writeStack("one")
            let apply = try project.start("apply", "one", "--new", "--auto-approve")
            try await eventually("the apply is under way") { project.exists(project.scratch + "/begun") }
            // The state with `first` is written by now, and taken in; nobody plans on it.
            try await eventually("the first state is taken in") {
                let versions = try await project.stack("state", "versions", "one", "-o", "json").json
                return versions.arrayValue?.count == 2
            }
            let plans = try (0..<3).map { _ in try project.start("plan", "one") }
            for plan in plans {
                let result = try await plan.result()
                #expect(result.exitCode == 0, "\(result.description)")
                #expect(result.stdout.contains("Plan: 2 to add, 0 to change, 0 to destroy."), "\(result.description)")
            }
            try project.write("", to: project.scratch + "/go")
            let applied = try await apply.result()
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.addresses(of: "one").sorted() == ["terraform_data.first", "terraform_data.slow"])
            let pending = try await project.runs().filter { $0["status"] == "planned" }
            #expect(pending.count == 1, "the newest plan superseded the others")
            let stale = try await project.stack("apply", "--run", pending[0]["id"]?.stringValue ?? "", "--auto-approve")
            #expect(stale.exitCode == 3, "\(stale.description)")
            #expect(stale.stderr.contains("is stale"), "\(stale.description)")
        }
    }

    @Test func `a lock that was taken by force stops the recording, keeps the evidence and says so`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "slow" {
                  provisioner "local-exec" {
                    command = "touch '\(project.scratch)/begun'; until [ -e '\(project.scratch)/go' ]; do sleep 0.05; done"
                  }
                }

                """, to: "modules/app/main.tf")
            try project.writeStack("one")
            let apply = try project.start("apply", "one", "--new", "--auto-approve")
            try await eventually("the apply is under way") { project.exists(project.scratch + "/begun") }
            let run = try await project.newestRun()
            let refused = try await project.stack("state", "unlock", "one")
            #expect(refused.exitCode == 3, "\(refused.description)")
            let forced = try await project.stack("state", "unlock", "one", "--force", run)
            #expect(forced.exitCode == 0, "\(forced.description)")
            try project.write("", to: project.scratch + "/go")
            let applied = try await apply.result()
            #expect(applied.exitCode != 0, "\(applied.description)")
            #expect(
                applied.stderr.contains("the lock of the stack was taken from run `\(run)`"), "\(applied.description)")
            #expect(try await project.status(of: run) == "interrupted")
            #expect(project.files(below: ".stack/workspaces").contains { $0.contains("kept-\(run)") })
            let again = try await project.stack("plan", "one")
            #expect(again.exitCode == 0, "\(again.description)")
            #expect(project.files(below: ".stack/workspaces").contains { $0.contains("kept-\(run)") })
        }
    }

    @Test func `what is to be forgotten is forgotten when a run ends`() async throws {
        try await withProject { project in
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: Project
                metadata: {name: fleet}
                spec: {retention: {runsPerStack: 2, stateVersionsPerStack: 2}}

                """, to: "stack.yaml")
            try project.write("variable \"v\" {}\noutput \"v\" {\n  value = var.v\n}\n", to: "modules/app/main.tf")
            for number in 1...4 {
                try project.writeStack("one", spec: "variables: {v: \(number)}")
                let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
                #expect(applied.exitCode == 0, "\(applied.description)")
            }
            let versions = try await project.stack("state", "versions", "one", "-o", "json").json
            #expect(versions.arrayValue?.count == 2)
            #expect(try await project.runs().count == 2)
            #expect(try await project.stack("output", "one", "v").stdout == "4\n")
        }
    }
}
