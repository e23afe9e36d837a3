import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// A stack of resources that each leave a mark outside of Terraform's sight.
struct MarkedStack {
    let project: TestProject
    static let items = ["a", "b", "c", "d", "e", "f", "g", "h"]

    /// - Parameters:
    ///   - count: with so many marks the provisioners stand still until `goOn()`.
    ///   - then: what a provisioner does at its end.
    init(_ project: TestProject, standingStillAt count: Int = 1, then: String = "true") throws {
        self.project = project
        try project.write(
            """
            variable "marks" {
              type = string
            }

            resource "terraform_data" "item" {
              for_each = toset(\(JSONValue.array(Self.items.map { .string($0) }).text))
              input    = each.key
              provisioner "local-exec" {
                command = "echo ${each.key} >> '${var.marks}'; until [ -e '${var.marks}.go' ] || [ $(wc -l < '${var.marks}') -lt \(count) ]; do touch '${var.marks}.still.${each.key}'; sleep 0.05; done; \(then)"
              }
            }

            """, to: "modules/app/main.tf")
        try project.writeStack(
            "dev",
            spec: """
                variables: {marks: \(project.scratch)/marks}
                configuration: {terraform: {parallelism: 2}}
                """)
    }

    /// What has certainly been done outside.
    var marks: [String] {
        let text = (try? String(contentsOfFile: project.scratch + "/marks", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    /// Whether Terraform has nothing left to do: both provisioners that it runs at a time stand still, and what was made
    /// before them is in its state.
    var standsStill: Bool {
        Self.items.count { FileManager.default.fileExists(atPath: "\(project.scratch)/marks.still.\($0)") } == 2
    }

    /// Lets every provisioner come to its end, from now on.
    func goOn() throws { try project.write("", to: project.scratch + "/marks.go") }

    /// Plans, and starts the apply of that plan in a terminal's place.
    func startApply() async throws -> (run: String, terminal: RunningProcess) {
        let plan = try await project.stack("plan", "dev")
        try #require(plan.exitCode == 0, "\(plan.description)")
        let run = try await project.newestRun()
        return (run, try project.start("apply", "--run", run, "--new", "--auto-approve"))
    }

    /// What the state holds and what was reported as unknown, both by address.
    func accounted(for run: String) async throws -> (state: [String], unknown: [String]) {
        let document = try await project.stack("run", run, "-o", "json").json
        let unknown = document["unknownResources"]?.arrayValue ?? []
        return (try await project.addresses(of: "dev"), unknown.compactMap { $0["address"]?.stringValue })
    }

    /// Nothing may be left behind: no process, no lock, no state in clear.
    func expectNothingLeft(of run: String) async throws {
        #expect(processes(withEnvironment: "STACK_RUN_ID", value: run).isEmpty)
        #expect(try await project.stack("state", "locks", "-o", "json").json == [])
        // But what is kept as evidence, and told.
        let files = project.files(below: ".stack/workspaces").filter { !$0.contains("/kept-\(run)/") }
        #expect(files.filter { $0.hasSuffix("terraform.tfstate") } == [])
    }

    /// The stack can be brought to its end, whatever happened before.
    func expectApplicable() async throws {
        let applied = try await project.stack("apply", "dev", "--new", "--auto-approve")
        #expect(applied.exitCode == 0, "\(applied.description)")
        #expect(try await project.addresses(of: "dev").sorted() == Self.addresses)
        let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
        #expect(plan.exitCode == 0, "\(plan.description)")
    }

    static var addresses: [String] { items.map { "terraform_data.item[\"\($0)\"]" } }
}

extension TestProject {
    /// The process that applies the run, once it is there.
    func executor(of run: String) async throws -> pid_t {
        try await eventually("the executor of \(run)") {
            processes(withEnvironment: "STACK_RUN_ID", value: run).first { arguments(of: $0).contains("execute") }
        }
    }

    /// Terraform itself, without its providers and provisioners, if it applies the run.
    func terraform(of run: String) -> pid_t? {
        processes(withEnvironment: "STACK_RUN_ID", value: run).first { pid in
            let words = arguments(of: pid)
            return words.first?.hasSuffix("terraform") == true && words.contains("apply")
        }
    }
}
