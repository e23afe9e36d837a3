import JSON
import TestSupport
import Testing

/// What an apply leaves as its state is taken in only when it can be the next one.
@Suite struct LeftStateTests {
    @Test(arguments: [
        (": > terraform.tfstate", "`terraform.tfstate` is empty"),
        ("head -c 200 terraform.tfstate > x && mv x terraform.tfstate", "`terraform.tfstate` is not a complete state"),
        (
            "sed -i 's/\"lineage\": \"[^\"]*/\"lineage\": \"other/' terraform.tfstate",
            "`terraform.tfstate` has another lineage (`other`)"
        ),
        (
            "sed -i 's/\"serial\": [0-9]*/\"serial\": 0/' terraform.tfstate",
            "`terraform.tfstate` has serial 0, lower than the "
        ),
        ("rm terraform.tfstate", "`terraform.tfstate` is gone from the workspace"),
    ])
    func `a state that cannot be the next is refused, and a whole one stays`(
        damage: String, problem: String
    ) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.wrapTerraform(
                """
                if test "$1" = apply && test -e \(project.scratch)/damage; then
                  terraform "$@"
                  \(damage)
                  exit 0
                fi
                """)
            try await project.applyNew()
            let lineage = try await project.state(of: "dev")["lineage"]

            try project.write("", to: "\(project.scratch)/damage")
            try project.writeAppStack(nodes: 2)
            let result = try await project.stack("apply", "dev", "--auto-approve")
            #expect(result.exitCode == 1)
            #expect(result.stderr.contains("dev │ error: \(problem)"), "\(result.description)")
            let run = try await project.newestRun()
            #expect(try await project.status(of: run) == "failed")
            #expect(project.files(below: ".stack/workspaces").contains { $0.contains("kept-\(run)/") })
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
            #expect(try await project.state(of: "dev")["lineage"] == lineage)
            #expect(try await project.addresses(of: "dev").contains("terraform_data.network"))

            try project.remove("\(project.scratch)/damage")
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `what was made and is not in the state is named with its id and what brings it back`() async throws {
        try await withProject { project in
            try project.write(
                "resource \"terraform_data\" \"x\" { for_each = toset([\"it's\"]) }\n", to: "modules/app/main.tf")
            try project.writeStack("dev")
            // Terraform writes its state elsewhere, and its process dies.
            try project.wrapTerraform(
                """
                if test "$1" = apply; then
                  cp -r ../../.. \(project.scratch)/elsewhere && cd \(project.scratch)/elsewhere/source/modules/app
                  terraform "$@"
                  kill -9 $$
                fi
                """)
            let result = try await project.stack("apply", "dev", "--new", "--auto-approve")
            #expect(result.exitCode == 1)
            #expect(
                result.stderr.contains(
                    "dev │ warning: `terraform_data.x[\"it's\"]` is unknown: its create succeeded; the state "),
                "\(result.description)")
            #expect(
                result.filtered(project.filter).stderr.hasSuffix(
                    """
                    dev │ note: its id is `<id>`
                    dev │
                    dev │ hint: It is probably brought back by: stack state import dev 'terraform_data.x["it'\\''s"]' <id>
                    dev │ failed: Terraform was killed by signal 9 (<duration>)

                    """), "\(result.description)")
            let run = try await project.newestRun()
            let unknown = try await project.stack("run", run, "-o", "json").json["unknownResources"]?.arrayValue
            let id = try #require(unknown?.first?["id"]?.stringValue)
            let address = "terraform_data.x[\"it's\"]"
            #expect(
                unknown == [
                    [
                        "address": .string(address), "action": "create", "outcome": "unrecorded", "inState": false,
                        "id": .string(id),
                        "import": ["stack", "state", "import", "dev", .string(address), .string(id)],
                    ]
                ])
            #expect(try await project.addresses(of: "dev").isEmpty)

            let shown = try await project.stack("run", run)
            #expect(shown.stdout.contains("\nUnknown   \(address)\n"), "\(shown.description)")
            let commands = importCommands(in: result.stderr)
            try #require(commands.count == 1)
            let imported = try await project.shell(commands[0])
            #expect(imported.exitCode == 0, "\(imported.description)")
            let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(try await project.state(of: "dev")["resources"]?.text.contains(id) == true)
        }
    }
}
