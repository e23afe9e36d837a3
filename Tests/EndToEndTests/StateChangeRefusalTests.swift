import Foundation
import JSON
import TestSupport
import Testing

/// What keeps a state from being changed by hand.
@Suite struct StateChangeRefusalTests {
    private func rollback(
        _ project: TestProject, to sequence: Int = 1, _ more: String...
    ) async throws -> CommandResult {
        try await project.start(
            try TestProject.program, ["state", "rollback", "dev", "\(sequence)", "--auto-approve"] + more
        ).result()
    }

    /// Pushes a state with the next serial.
    private func push(
        _ project: TestProject, _ more: String..., change: (inout [String: JSONValue]) throws -> Void
    ) async throws -> CommandResult {
        var state = try #require(try await project.state(of: "dev").objectValue)
        state["serial"] = .number(.init(try #require(state["serial"]?.integerValue) + 1))
        try change(&state)
        let file = "\(project.scratch)/dev.tfstate"
        try project.write(JSONValue.object(state).text, to: file)
        return try await project.start(
            try TestProject.program, ["state", "push", "dev", file, "--auto-approve"] + more
        ).result()
    }

    @Test func `a mistake in a definition takes no protection away: states can be looked at, not changed`()
        async throws
    {
        try await withProject { project in
            try await project.grow(more: "protect: true\n")
            let before = try await project.stack("state", "pull", "dev").stdout
            let definition = try project.read("stacks/dev.yaml")
            for (text, problem) in [
                (
                    definition.replacing("protect: true", with: "protect: \"yes\""),
                    "error: `spec.protect` must be `true` or `false`, not `yes`"
                ),
                (definition + "\n  variables: [", "stacks/dev.yaml:"),
            ] {
                try project.write(text, to: "stacks/dev.yaml")
                for change in [try await rollback(project), try await push(project) { $0["resources"] = [] }] {
                    #expect(change.exitCode == 1)
                    #expect(change.stderr.contains(problem), "\(change.description)")
                }
                #expect(try await project.stack("state", "pull", "dev").stdout == before)
                #expect(try await project.addresses(of: "dev").count == 3)
                #expect(try await project.versions().count == 3)
                let shown = try await project.stack("state", "show", "dev", "terraform_data.network")
                #expect(shown.exitCode == 0, "\(shown.description)")
            }
        }
    }

    @Test func `a protected stack forgets no object, by whatever name, until each is allowed`() async throws {
        try await withProject { project in
            try await project.grow(more: "protect: true\n")
            let earlier = try #require(try await project.versions()[1]["sequence"]?.integerValue)
            let refused = try await rollback(project, to: earlier)
            #expect(refused.exitCode == 3, "\(refused.description)")
            #expect(refused.stderr.contains("note: terraform_data.node[1]: forgotten\n"), "\(refused.description)")
            let allowed = try await rollback(project, to: earlier, "--allow-destroy", "terraform_data.node[1]")
            #expect(allowed.exitCode == 0, "\(allowed.description)")

            let resources = try #require(try await project.state(of: "dev")["resources"]?.arrayValue)
            var more = try resources.map { try #require($0.objectValue) }
            var deposed = try #require(more[0]["instances"]?.arrayValue?.first?.objectValue)
            deposed["deposed"] = "1234abcd"
            more[0]["instances"] = .array((more[0]["instances"]?.arrayValue ?? []) + [.object(deposed)])
            var data = more[0]
            data["mode"] = "data"
            let grown = try await push(project) { $0["resources"] = .array((more + [data]).map(JSONValue.object)) }
            #expect(grown.exitCode == 0)
            #expect(grown.stderr.hasPrefix("  + terraform_data.network (deposed 1234abcd)\n1 to be known,"))
            let shrunk = try await push(project) { $0["resources"] = .array(resources) }
            #expect(shrunk.exitCode == 3)
            #expect(
                shrunk.stderr.hasSuffix(
                    """
                    note: terraform_data.network (deposed 1234abcd): forgotten

                    hint: Remove `spec.protect`, or allow each: --allow-destroy 'terraform_data.network (deposed 1234abcd)'

                    """), "\(shrunk.description)")

            deposed["deposed"] = nil
            var attributes = try #require(deposed["attributes"]?.objectValue)
            attributes["id"] = "another"
            deposed["attributes"] = .object(attributes)
            more[0]["instances"] = [.object(deposed)]
            let name = "terraform_data.network (deposed 1234abcd)"
            let replaced = try await push(project, "--allow-destroy", name) {
                $0["resources"] = .array(more.map(JSONValue.object))
            }
            #expect(replaced.exitCode == 3)
            #expect(
                replaced.stderr.hasPrefix("  + terraform_data.network\n  - terraform_data.network\n  - \(name)\n"),
                "\(replaced.description)")
            #expect(replaced.stderr.contains("note: terraform_data.network: forgotten\n"))
        }
    }

    @Test func `a state is not changed under a run, which is waited for as long as was said`() async throws {
        try await withProject { project in
            try project.writeGated()
            try project.openGate()
            try await project.applyNew()
            try project.remove(project.gate())
            try project.remove(project.gate() + ".reached")
            let before = try await project.stack("state", "pull", "dev").stdout
            let terminal = try project.terminal("state", "rollback", "dev", "1")
            try await terminal.wait(for: "Only `yes` is accepted:")

            let apply = try project.start("apply", "dev", "--auto-approve", "--replace", "terraform_data.held")
            try await project.waitForGate()
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 75, "\(terminal.text)")
            let locked = [
                try await rollback(project), try await rollback(project, "--lock-timeout", "1s"),
                try await push(project) { $0["resources"] = [] },
            ]
            for result in locked {
                #expect(result.exitCode == 75)
                #expect(result.stderr.contains("error: the stack `dev` is locked by run `"), "\(result.description)")
            }
            #expect(try await project.stack("state", "pull", "dev").stdout == before)

            let patient = try project.start("state", "rollback", "dev", "1", "--auto-approve", "--lock-timeout", "2m")
            try await eventually("it waits") { patient.stderr.hasPrefix("Waiting for the lock of `dev`: run ") }
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            let result = try await patient.result()
            #expect(result.exitCode == 0, "\(result.description)")
            #expect(try await project.addresses(of: "dev").isEmpty)
        }
    }

    @Test func `what has died is recovered before a state is changed, and its lock is in nobody's way`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            try project.killExecutor(of: run)
            _ = try await apply.result()
            // Its Terraform still works.
            let orphaned = try await rollback(project)
            #expect(orphaned.exitCode == 75, "\(orphaned.description)")
            try project.openGate()
            try await eventually("the end of Terraform") {
                processes(withEnvironment: "STACK_RUN_ID", value: run).isEmpty
            }
            let result = try await rollback(project)
            #expect(result.exitCode == 0)
            #expect(
                result.stderr.hasPrefix(
                    "Run \(run) of `dev` had died while it applied. Terraform went on to its end; its state was recovered:"
                ), "\(result.description)")
            #expect(result.stderr.contains("\n  - terraform_data.held\n"), "\(result.description)")
            #expect(try await project.addresses(of: "dev").isEmpty)
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
        }
    }
}
