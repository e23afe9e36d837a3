import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// States that somebody changes by hand.
@Suite struct StateChangeTests {
    @Test func `a rollback shows what is forgotten, asks, and makes the earlier version a new one`() async throws {
        try await withProject { project in
            try await project.grow()
            let before = try await project.versions()
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
            // What is asked about is shown, however quiet.
            let terminal = try project.terminal("state", "rollback", "dev", "\(earlier)", "-q")
            try await terminal.wait(for: "Make this the state of `dev`? Only `yes` is accepted:")
            #expect(
                terminal.text.hasPrefix("  - terraform_data.node[1]\n0 to be known, 0 changed, 1 to be forgotten ("))
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0)

            #expect(try await project.addresses(of: "dev") == ["terraform_data.network", "terraform_data.node[0]"])
            let after = try await project.versions()
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
            try await project.grow()
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

    @Test func `a rollback changes the serial and not one other byte`() async throws {
        try await withProject { project in
            try await project.grow()
            let state = try await project.stack("state", "pull", "dev").stdout
            let serial = try #require(try await project.state(of: "dev")["serial"]?.integerValue)
            let long = #"{"z": {"value": 0.1234567890123456789012345678901234567890123456789, "type": "number"}, "#
            let file = "\(project.scratch)/dev.tfstate"
            func text(_ serial: Int, _ outputs: String) -> String {
                state.replacing(/"serial": [0-9]+/, with: "\"serial\": \(serial)")
                    .replacing("\"outputs\": {", with: "\"outputs\": " + outputs)
            }
            for (number, outputs) in [long, "{"].enumerated() {
                try project.write(text(serial + number + 1, outputs), to: file)
                let pushed = try await project.stack("state", "push", "dev", file, "--auto-approve")
                #expect(pushed.exitCode == 0, "\(pushed.description)")
            }
            let earlier = try #require(try await project.versions()[1]["sequence"]?.integerValue)
            let back = try await project.stack("state", "rollback", "dev", "\(earlier)", "--auto-approve")
            #expect(back.exitCode == 0, "\(back.description)")
            #expect(try await project.stack("state", "pull", "dev").stdout == text(serial + 3, long))
        }
    }

    @Test func `the first state of a stack can be a pushed one, on purpose, and stack.lock says where it is`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            #expect(try await project.stack("plan", "dev", "-q").exitCode == 0)
            #expect(try !project.read("stack.lock").contains("\n  dev:\n"))
            let file = "\(project.scratch)/dev.tfstate"
            var state = try #require(try await project.state(of: "dev").objectValue)
            state["serial"] = 1
            try project.write(JSONValue.object(state).text, to: file)
            let program = try TestProject.program
            let refused = try await project.stack("state", "push", "dev", file, "--auto-approve")
            #expect(refused.exitCode == 3)
            #expect(
                refused.stderr.hasPrefix(
                    "error: `dev` was never applied here: `stack.lock` does not say where the state is kept\n"),
                "\(refused.description)")
            #expect(try !project.read("stack.lock").contains("\n  dev:\n"))
            #expect(try await project.versions().count == 1)
            let pushed = try await project.run(
                "sh", "-c", "exec \"$0\" state push dev - --auto-approve --new < \"$1\"", program, file)
            #expect(pushed.exitCode == 0, "\(pushed.description)")
            #expect(try project.read("stack.lock").contains("\n  dev:\n    id: "))
            let applied = try await project.stack("apply", "dev", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
        }
    }

    @Test(arguments: [("-", SIGTERM, Int32(143)), ("fifo", SIGINT, 130)])
    func `a push that waits for the rest of its file ends at a signal`(
        file: String, signal: Int32, exitCode: Int32
    ) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            #expect(try await project.stack("plan", "dev", "-q").exitCode == 0)
            let fifo = project.path("fifo")
            try #require(mkfifo(fifo, 0o600) == 0)
            // For both directions, so that it stays open and nobody waits for the other side.
            let descriptor = open(fifo, O_RDWR | O_CLOEXEC)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let half = Array("{\"version\": 4".utf8)
            try #require(Glibc.write(descriptor, half, half.count) == half.count)
            let push = try project.start(
                "sh",
                ["-c", "exec \"$0\" state push dev \"$1\" --auto-approve < fifo", try TestProject.program, file])
            try await eventually("what is there is read") {
                var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                return poll(&request, 1, 0) == 0
            }
            push.send(signal)
            #expect(try await push.result(within: .seconds(20)).exitCode == exitCode)
            #expect(try await project.versions().count == 1)
        }
    }
}

extension TestProject {
    /// A stack with one node, then two: versions with 2 and 3 resources.
    func grow(more: String = "") async throws {
        try writeApp()
        try writeAppStack(more: more)
        try await applyNew()
        try writeAppStack(nodes: 2, more: more)
        let applied = try await stack("apply", "dev", "--auto-approve")
        #expect(applied.exitCode == 0, "\(applied.description)")
    }

    /// The versions of a state, newest first, as `stack state versions -o json` gives them.
    func versions(of stack: String = "dev") async throws -> [JSONValue] {
        try await self.stack("state", "versions", stack, "-o", "json").json.arrayValue ?? []
    }
}
