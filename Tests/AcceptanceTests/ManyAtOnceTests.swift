import Foundation
import JSON
import TestSupport
import Testing

/// Twenty processes that want the same at once.
@Suite struct ManyAtOnceTests {
    /// Every apply replaces the one resource, which notes who overlaps with whom.
    private func writeTurns(_ project: TestProject) throws {
        try project.write(
            """
            resource "terraform_data" "turn" {
              triggers_replace = [timestamp()]
              provisioner "local-exec" {
                command = "mkdir inside || echo overlap >> log; sleep 0.1; echo turn >> log; rmdir inside"
                working_dir = "\(project.scratch)"
              }
            }

            """, to: "modules/app/main.tf")
        try project.writeStack("app")
    }

    @Test func `twenty processes apply one stack in turn, and none sees a busy database`() async throws {
        try await withProject { project in
            try writeTurns(project)
            let applies = try (1...20).map { _ in
                try project.start("apply", "app", "--new", "--auto-approve", "--lock-timeout", "5m")
            }
            for apply in applies {
                let result = try await apply.result(within: .seconds(240))
                #expect(result.exitCode == 0, "\(result.description)")
                #expect(!result.stderr.contains("locked by another program"), "\(result.description)")
                #expect(!result.stderr.contains("BUSY"), "\(result.description)")
            }
            let log = try project.read("\(project.scratch)/log")
            #expect(log == String(repeating: "turn\n", count: 20))
            let runs = try await project.runs(of: "app")
            #expect(runs.filter { $0["status"] == "succeeded" }.count == 20)
            #expect(try await project.stack("state", "locks", "-o", "json").json == [])
        }
    }

    @Test func `twenty plans beside one apply are each made on a settled state`() async throws {
        try await withProject { project in
            let stack = try MarkedStack(project)
            let (_, terminal) = try await stack.startApply()
            try await eventually("a first mark") { !stack.marks.isEmpty }
            let early = try (1...10).map { _ in try project.start("plan", "dev") }
            for plan in early {
                let result = try await plan.result(within: .seconds(240))
                #expect(result.exitCode == 0, "\(result.description)")
                #expect(result.stdout.contains("Plan: 8 to add, 0 to change, 0 to destroy."), "\(result.description)")
            }
            let late = try (1...10).map { _ in try project.start("plan", "dev") }
            try stack.goOn()
            #expect(try await terminal.result().exitCode == 0)
            for plan in late {
                let result = try await plan.result(within: .seconds(240))
                #expect(result.exitCode == 0, "\(result.description)")
                let isBefore = result.stdout.contains("Plan: 8 to add, 0 to change, 0 to destroy.")
                let isAfter = result.stdout.contains("No changes.")
                #expect(isBefore != isAfter, "\(result.description)")
            }
            try await stack.expectApplicable()
        }
    }
}
