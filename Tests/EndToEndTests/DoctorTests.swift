import Foundation
import Glibc
import JSON
import TestSupport
import Testing

@Suite struct DoctorTests {
    /// What it says, without what is good.
    private func findings(_ project: TestProject, exit exitCode: Int32 = 0) async throws -> [JSONValue] {
        let result = try await project.stack("doctor", "-o", "json")
        #expect(result.exitCode == exitCode, "\(result.description)")
        return try (result.json.arrayValue ?? []).filter { $0["result"] != "good" }
    }

    @Test func `a project in which all is well is told so, and one without a database has nothing made`() async throws {
        try await withProject(environment: ownFile) { project in
            try project.writeApp()
            try project.writeAppStack()
            #expect(try await findings(project) == [])
            #expect(!project.exists(".stack/stack.db"))
            try await project.applyNew()
            #expect(try await findings(project) == [])
            let table = try await project.stack("doctor").lines
            #expect(table.first?.hasPrefix("CHECK        RESULT  WHAT ") == true)
            #expect(table.contains { $0.hasPrefix("database     good    whole; 1 stack with 2 versions of states") })
        }
    }

    @Test func `mistakes, a missing Terraform and a missing key are problems`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.remove(".stack/key")
            try project.writeAppStack(more: "aproval: true\n")
            let script = try project.script("terraform", "exit 1\n")
            try project.write(
                "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nmetadata: {name: fleet}\nspec: {terraform: {binary: \(script)}}\n",
                to: "stack.yaml")
            let problems = try await findings(project, exit: 1)
            #expect(problems.map { $0["check"] } == ["definitions", "terraform", "database"])
            #expect(problems.allSatisfy { $0["result"] == "problem" })
            #expect(problems.last?["fact"]?.stringValue?.contains("is missing") == true)
        }
    }

    @Test func `dead runs, living processes, orphans and kept workspaces are named with what to do`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            try project.killExecutor(of: run)
            _ = try await apply.result()
            let dying = try await findings(project)
            #expect(dying.map { $0["check"] } == ["runs"])
            #expect(dying.first?["fact"]?.stringValue?.contains("but what it started still works (pid ") == true)
            try project.openGate()
            try await eventually("Terraform has ended") {
                processes(withEnvironment: "STACK_RUN_ID", value: run).isEmpty
            }
            let dead = try await findings(project)
            #expect(
                dead.first?["fact"]?.stringValue == "run `\(run)` of `dev` is applying, but its process has died")
            #expect(dead.first?["hint"] == "stack recover")

            #expect(try await project.stack("recover").exitCode == 0)
            try project.remove("stacks/dev.yaml")
            let folder = try #require(
                try FileManager.default.contentsOfDirectory(atPath: project.path(".stack/workspaces")).first)
            try project.write("", to: ".stack/workspaces/\(folder)/kept-\(run)/output")
            _ = try project.start("sleep", ["60"], environment: ["STACK_RUN_ID": run])
            let left = try await findings(project)
            #expect(left.map { $0["check"] } == ["stacks", "processes", "workspaces"], "\(left)")
            #expect(left[1]["fact"]?.stringValue?.hasPrefix("`sleep` (pid ") == true)
        }
    }
}
