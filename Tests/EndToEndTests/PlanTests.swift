import JSON
import TestSupport
import Testing

@Suite struct PlanTests {
    @Test func `a first plan shows what would be made and ends with its summary`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            expect(
                try await project.stack("plan", "dev"), in: project,
                stdout: """
                      + create

                    Terraform will perform the following actions:

                      # terraform_data.network will be created
                      + resource "terraform_data" "network" {
                          + id     = (known after apply)
                          + input  = "10.0.0.0/16"
                          + output = (known after apply)
                        }

                      # terraform_data.node[0] will be created
                      + resource "terraform_data" "node" {
                          + id               = (known after apply)
                          + input            = (known after apply)
                          + output           = (known after apply)
                          + triggers_replace = "small"
                        }

                    Changes to Outputs:
                      + size = "small"

                    Plan: 2 to add, 0 to change, 0 to destroy.
                    """,
                stderr: """
                    dev │ preparing
                    dev │ terraform init
                    dev │ planning
                    dev │ reading the plan
                    dev │ planned (<duration>)
                    To apply just this plan: stack apply --run <run> --new
                    """)
        }
    }

    @Test func `a replacement says what forces it`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.writeAppStack(size: "large")
            expect(
                try await project.stack("plan", "dev", "-q"), in: project,
                stdout: """
                    -/+ destroy and then create replacement

                    Terraform will perform the following actions:

                      # terraform_data.node[0] must be replaced
                    -/+ resource "terraform_data" "node" {
                          ~ id               = "<id>" -> (known after apply)
                          ~ output           = "<id>" -> (known after apply)
                          ~ triggers_replace = "small" -> "large" # forces replacement
                            # (1 unchanged attribute hidden)
                        }

                    Changes to Outputs:
                      ~ size = "small" -> "large"

                    Plan: 1 to add, 0 to change, 1 to destroy.
                    """)
        }
    }

    @Test func `detailed exit codes tell nothing to do, changes and failure apart`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode").exitCode == 2)
            #expect(try await project.stack("plan", "dev").exitCode == 0)
            try await project.applyNew()
            expect(
                try await project.stack("plan", "dev", "--detailed-exitcode", "-q"), in: project,
                stdout: "No changes. `dev` is as it is defined.")
            try project.replace("var.size", with: "var.siz", in: "modules/app/main.tf")
            #expect(try await project.stack("plan", "dev", "--detailed-exitcode").exitCode == 1)
        }
    }

    @Test func `a sensitive value is hidden wherever it turns up, also where Terraform no longer marks it`()
        async throws
    {
        try await withProject { project in
            try project.write(
                """
                variable "token" {
                  type      = string
                  sensitive = true
                  default   = "canary-default"
                }

                resource "terraform_data" "x" {
                  input = { token = var.token }
                }

                output "token" {
                  value     = var.token
                  sensitive = true
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables: {token: canary-4711}")
            let first = try await project.stack("plan", "dev", "-q")
            #expect(first.stdout.contains("          + token = (sensitive value)\n"), "\(first.description)")
            #expect(first.stdout.contains("  + token = (sensitive value)\n"))
            try await project.applyNew()
            // `output` of a `terraform_data` holds the value without its mark.
            let destroy = try await project.stack("plan", "dev", "--destroy", "--json-stream")
            #expect(destroy.exitCode == 0)
            let shown = try await project.stack("run", try await project.newestRun())
            for text in [first.stdout, destroy.stdout, shown.stdout] {
                #expect(!text.contains("canary-4711"), "\(text)")
            }

            try project.writeStack("dev")
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            let byDefault = try await project.stack("plan", "dev", "--destroy")
            #expect(!byDefault.stdout.contains("canary-default"), "\(byDefault.description)")
        }
    }

    @Test func `a plan that waits for approval says so`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "approval: true")
            let result = try await project.stack("plan", "dev", "--detailed-exitcode").filtered(project.filter)
            #expect(result.exitCode == 2)
            #expect(
                result.stderr.hasSuffix(
                    "dev │ planned, wants an approval (<duration>)\nTo approve this plan: stack approve <run>\n"))
        }
    }

    @Test func `an output that changes is a change`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.replace("value = var.size", with: "value = upper(var.size)", in: "modules/app/main.tf")
            expect(
                try await project.stack("plan", "dev", "-q", "--detailed-exitcode"), in: project, exit: 2,
                stdout: """
                    Changes to Outputs:
                      ~ size = "small" -> "SMALL"

                    Applying this plan only saves these output values; no infrastructure changes.

                    Plan: 1 output to change.
                    """)
        }
    }

    @Test func `the stream of JSON lines begins with its version and names the stack on every line`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let result = try await project.stack("plan", "dev", "--json-stream")
            #expect(result.exitCode == 0)
            #expect(result.stderr.isEmpty)
            let lines = try result.jsonLines
            #expect(lines.first?["type"] == "version")
            #expect(
                lines.dropFirst().allSatisfy {
                    $0["stack"] == "dev" && $0["run"]?.stringValue != nil && $0["time"]?.stringValue != nil
                })
            #expect(lines.last?["type"] == "ended")
            #expect(lines.last?["status"] == "planned")
            let planned = try #require(lines.first { $0["type"] == "planned" })
            #expect(planned["add"] == 2)
            #expect(lines.contains { $0["event"]?["type"] == "planned_change" })
        }
    }

    @Test func `a line that is no JSON is an object in the stream, now and later`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.wrapTerraform("test \"$1\" != plan || echo 'a provider prints'")
            let planned = try await project.stack("plan", "dev", "--json-stream")
            #expect(planned.exitCode == 0, "\(planned.description)")
            let logs = try await project.stack("logs", try await project.newestRun(), "--json-stream")
            for result in [planned, logs] {
                let events = try result.jsonLines.compactMap { $0["event"] }
                #expect(events.contains(["@message": "a provider prints"]), "\(result.description)")
                #expect(events.allSatisfy { $0.objectValue != nil })
            }
        }
    }
}
