import Foundation
import JSON
import TestSupport
import Testing

/// States that somebody changes by hand.
@Suite struct StateChangeTests {
    /// A stack with one node, then two: versions with 2 and 3 resources.
    private func grow(_ project: TestProject, more: String = "") async throws {
        try project.writeApp()
        try project.writeAppStack(more: more)
        try await project.applyNew()
        try project.writeAppStack(nodes: 2, more: more)
        let applied = try await project.stack("apply", "dev", "--auto-approve")
        #expect(applied.exitCode == 0, "\(applied.description)")
    }

    private func versions(_ project: TestProject) async throws -> [JSONValue] {
        try await project.stack("state", "versions", "dev", "-o", "json").json.arrayValue ?? []
    }

    @Test func `a rollback shows what is forgotten, asks, and makes the earlier version a new one`() async throws {
        try await withProject { project in
            try await grow(project)
            let before = try await versions(project)
            let earlier = try #require(before[1]["sequence"]?.integerValue)
            let serial = try #require(before[0]["serial"]?.integerValue)
            let saved = try await project.stack("plan", "dev", "--destroy", "-q")
            #expect(saved.exitCode == 0)
            let plan = try await project.newestRun()
            expect(
                try await project.stack("state", "rollback", "dev", "\(earlier)"), in: project, exit: 3,
                stderr: """
                      - terraform_data.node[1]
                    0 to be known, 0 changed, 1 to be forgotten (serial \(serial) → \(serial + 1)).
                    error: there is no terminal to ask on; nothing was changed

                    hint: Give `--auto-approve`
                    """)
            let terminal = try project.terminal("state", "rollback", "dev", "\(earlier)")
            try await terminal.wait(for: "Make this the state of `dev`? Only `yes` is accepted:")
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)

            #expect(try await project.addresses(of: "dev") == ["terraform_data.network", "terraform_data.node[0]"])
            let after = try await versions(project)
            #expect(after.count == before.count + 1)
            #expect(after[0]["serial"]?.integerValue == serial + 1)
            #expect(after[0]["operation"] == "state rollback")
            #expect(after[0]["origin"]?["user"] == "tester")
            let run = try await project.runs().first
            #expect(run?["message"]?.stringValue == "the state went back to version \(earlier)")
            #expect(run?["status"] == "succeeded")
            // What was planned on the version before is stale, and Terraform makes anew what it does not know.
            let stale = try await project.stack("apply", "--run", plan, "--auto-approve")
            #expect(stale.exitCode == 3, "\(stale.description)")
            #expect(
                try await project.stack("plan", "dev", "-q").stdout.hasSuffix(
                    "Plan: 1 to add, 0 to change, 0 to destroy.\n"))
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `a push takes a later state of the same lineage, and another by force only, which is recorded`()
        async throws
    {
        try await withProject { project in
            try await grow(project)
            var state = try #require(try await project.state(of: "dev").objectValue)
            let serial = try #require(state["serial"]?.integerValue)
            let file = "\(project.scratch)/dev.tfstate"
            func push(_ more: String...) async throws -> CommandResult {
                try project.write(JSONValue.object(state).text, to: file)
                return try await project.start(
                    try TestProject.program, ["state", "push", "dev", file, "--auto-approve"] + more
                ).result()
            }
            try project.write(try await project.stack("state", "pull", "dev").stdout, to: file)
            expect(
                try await project.stack("state", "push", "dev", file), in: project,
                stderr: "Nothing to change: the stack has this state.")

            state["resources"] = .array(Array(state["resources"]?.arrayValue?.prefix(1) ?? []))
            expect(
                try await push(), in: project, exit: 3,
                stderr: """
                    error: this is no later state of `dev`
                    note: its serial is \(serial), and the stack's is \(serial): it is older, or another of the same age

                    hint: `--force` takes it all the same
                    """)
            state["serial"] = .number(.init(serial + 1))
            #expect(try await push().exitCode == 0)
            #expect(try await project.addresses(of: "dev") == ["terraform_data.network"])

            state["lineage"] = "11111111-2222-3333-4444-555555555555"
            let foreign = try await push()
            #expect(foreign.exitCode == 3)
            #expect(foreign.stderr.contains("note: its lineage is `11111111-"), "\(foreign.description)")
            #expect(try await push("--force").exitCode == 0)
            let message = try await project.runs().first?["message"]?.stringValue ?? ""
            #expect(message.hasPrefix("a state file was pushed by force: its lineage is `11111111-"), "\(message)")
            let applied = try await project.stack("apply", "dev", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.state(of: "dev")["lineage"] == "11111111-2222-3333-4444-555555555555")

            try project.write("{\"version\": 4, \"serial\": 9", to: file)
            let half = try await project.stack("state", "push", "dev", file, "--force", "--auto-approve")
            #expect(half.exitCode == 1)
            #expect(half.stderr.contains("not complete JSON"), "\(half.description)")
        }
    }

    @Test func `a state is not changed under a run, nor a protected stack made to forget`() async throws {
        try await withProject { project in
            try await grow(project, more: "protect: true\n")
            let earlier = try #require(try await versions(project)[1]["sequence"]?.integerValue)
            let refused = try await project.stack("state", "rollback", "dev", "\(earlier)", "--auto-approve")
            #expect(refused.exitCode == 3, "\(refused.description)")
            #expect(refused.stderr.contains("note: terraform_data.node[1]: forgotten\n"), "\(refused.description)")
            let allowed = try await project.stack(
                "state", "rollback", "dev", "\(earlier)", "--auto-approve", "--allow-destroy",
                "terraform_data.node[1]")
            #expect(allowed.exitCode == 0, "\(allowed.description)")

            try project.writeGated("gated")
            let apply = try project.start("apply", "gated", "--new", "--auto-approve")
            try await project.waitForGate("gated")
            let busy = try await project.stack("state", "rollback", "gated", "9", "--auto-approve")
            #expect(busy.exitCode == 64, "\(busy.description)")
            let file = "\(project.scratch)/gated.tfstate"
            var state = try #require(try await project.state(of: "gated").objectValue)
            state["serial"] = 9
            try project.write(JSONValue.object(state).text, to: file)
            let locked = try await project.stack("state", "push", "gated", file, "--auto-approve")
            #expect(locked.exitCode == 75, "\(locked.description)")
            try project.openGate("gated")
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.addresses(of: "gated").count == 3)
        }
    }
}
