import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Two projects in one database.
@Suite struct TwoProjectsTests {
    @Test func `two projects with stacks of one name see and touch nothing of each other`() async throws {
        try await withDatabase { database in
            try await withSharedProject(at: database) { first in
                try await withSharedProject(at: database) { second in
                    let stack = try MarkedStack(first)
                    let other = try MarkedStack(second)
                    try other.goOn()
                    let (run, terminal) = try await stack.startApply()
                    try await eventually("a first mark") { !stack.marks.isEmpty }
                    try await expectUnknown(run, to: second)

                    // The same name is free: the lock is another stack's.
                    let applied = try await second.stack("apply", "dev", "--new", "--auto-approve")
                    #expect(applied.exitCode == 0, "\(applied.description)")
                    let otherRun = try await second.newestRun()
                    try await expectUnknown(otherRun, to: first)
                    #expect(try await first.runs().compactMap { $0["id"]?.stringValue } == [run])
                    #expect(try await second.runs().compactMap { $0["id"]?.stringValue } == [otherRun])

                    // A dead run of one is nothing to the other.
                    for pid in processes(withEnvironment: "STACK_RUN_ID", value: run) { kill(pid, SIGKILL) }
                    _ = try await terminal.result()
                    for arguments in [["recover"], ["doctor"], ["gc"], ["plan", "dev"]] {
                        let result = try await second.start(stack: arguments).result()
                        #expect(result.exitCode == 0, "\(result.description)")
                        #expect(!(result.stdout + result.stderr).contains(run), "\(result.description)")
                    }
                    #expect(try await first.status(of: run) == "applying")
                    let recovered = try await first.stack("recover")
                    #expect(recovered.stderr.contains("Run \(run) of `dev` had died"), "\(recovered.description)")
                    #expect(try await first.addresses(of: "dev") != second.addresses(of: "dev"))
                }
            }
        }
    }

    /// Whatever one may ask about a run of another project, the answer is the same as for one that never was.
    private func expectUnknown(_ run: String, to project: TestProject) async throws {
        for arguments in [
            ["run", run], ["logs", run], ["logs", run, "--follow"], ["cancel", run], ["cancel", run, "--force"],
            ["approve", run], ["discard", run], ["apply", "--run", run, "--auto-approve", "--new"], ["execute", run],
        ] {
            let result = try await project.start(stack: arguments).result()
            #expect(result.exitCode == 64, "\(result.description)")
            #expect(result.stdout == "" && result.stderr.contains("there is no run `\(run)`"), "\(result.description)")
        }
        #expect(try await !project.stack("state", "locks", "-o", "json").stdout.contains(run))
        #expect(try await project.stack("runs", "-o", "name").stdout.contains(run) == false)
    }

    @Test func `two projects may have clusters of one handle, and each lists its own`() async throws {
        try await withDatabase { database in
            try await withSharedProject(at: database) { first in
                try await withSharedProject(at: database) { second in
                    for (project, name) in [(first, "one"), (second, "two")] {
                        try writeCluster(named: name, project)
                        try await applyNew(project)
                    }
                    for (project, name) in [(first, "one"), (second, "two")] {
                        let shown = try await project.stack("clusters", "show", "dev", "-o", "json")
                        #expect(
                            shown.exitCode == 0 && shown.stdout.contains("\(name).example.com"), "\(shown.description)")
                        #expect(try await project.stack("clusters", "list", "-o", "name").stdout == "dev\n")
                    }
                }
            }
        }
    }

    private func writeCluster(named name: String, _ project: TestProject) throws {
        let outputs = [
            "cluster_name": name, "region": "eu-west-1", "cluster_endpoint": "\(name).example.com",
            "cluster_version": "1.32",
        ]
        let module =
            ["resource \"terraform_data\" \"cluster\" {}"]
            + outputs.sorted { $0.key < $1.key }.map {
                "output \"\($0.key)\" {\n  value = \"\($0.value)\"\n}"
            }
        try project.write(module.joined(separator: "\n"), to: "modules/app/main.tf")
        try project.writeStack("dev", spec: "cluster: {handle: dev, provider: aws, distribution: eks}")
    }

    @Test func `a project's records do not open with the key of another`() async throws {
        try await withDatabase { database in
            try await withSharedProject(at: database) { project in
                try MarkedStack(project).goOn()
                try await applyNew(project)
                let other = ["STACK_ENCRYPTION_KEY": makeKey()]
                for arguments in [["state", "pull", "dev"], ["plan", "dev"], ["runs"]] {
                    let result = try await project.start(stack: arguments, environment: other).result()
                    #expect(result.exitCode == 3, "\(result.description)")
                    #expect(
                        result.stdout == "" && result.stderr.contains("`stack.lock` names the key"),
                        "\(result.description)")
                }
            }
        }
    }
}
