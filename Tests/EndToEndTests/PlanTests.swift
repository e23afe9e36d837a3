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
                    To apply just this plan: stack apply --run <run>
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
            #expect(result.stderr.contains("dev │ planned, wants an approval (<duration>)\n"))
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

    @Test func `a plan that only moves can be applied`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.replace("\"network\"", with: "\"vpc\"", in: "modules/app/main.tf")
            try project.replace("terraform_data.network", with: "terraform_data.vpc", in: "modules/app/main.tf")
            let text = try project.read("modules/app/main.tf")
            try project.write(
                text + "\n\nmoved {\n  from = terraform_data.network\n  to = terraform_data.vpc\n}\n",
                to: "modules/app/main.tf")
            let plan = try await project.stack("plan", "dev", "--detailed-exitcode", "-q")
            #expect(plan.exitCode == 2)
            #expect(plan.stdout.contains("terraform_data.network has moved to terraform_data.vpc"))
            #expect(plan.stdout.hasSuffix("\nPlan: 0 to add, 0 to change, 0 to destroy, 1 to move.\n"))
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            #expect(try await project.addresses(of: "dev") == ["terraform_data.node[0]", "terraform_data.vpc"])
        }
    }

    @Test func `destroy, target and replace reach Terraform`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let target = try await project.stack("plan", "dev", "--target", "terraform_data.network", "-q")
            #expect(target.stdout.contains("Plan: 1 to add, 0 to change, 0 to destroy."))
            #expect(target.stderr.contains("dev │ warning: Resource targeting is in effect\n"))
            #expect(!target.stderr.contains(" \n"))
            try await project.applyNew()
            let destroy = try await project.stack("plan", "dev", "--destroy", "-q")
            #expect(destroy.stdout.hasSuffix("\nPlan: 0 to add, 0 to change, 2 to destroy.\n"))
            let replace = try await project.stack("plan", "dev", "--replace", "terraform_data.node[0]", "-q")
            #expect(replace.stdout.contains("# terraform_data.node[0] will be replaced, as requested"))
        }
    }

    @Test func `refresh-only and refresh=false reach Terraform`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.wrapTerraform("echo \"$@\" >> \(project.scratch)/calls")
            try await project.applyNew()
            try project.writeAppStack(size: "large")
            expect(
                try await project.stack("plan", "dev", "--refresh-only", "-q"), in: project,
                stdout: """
                    Changes to Outputs:
                      ~ size = "small" -> "large"

                    Applying this plan only saves these output values; no infrastructure changes.

                    Plan: 1 output to change.
                    """)
            #expect(try await project.stack("plan", "dev", "--refresh=false").exitCode == 0)
            let plans = try project.read("\(project.scratch)/calls").split(separator: "\n").filter {
                $0.hasPrefix("plan")
            }
            #expect(plans.count == 3)
            #expect(plans[1].contains(" -refresh-only"))
            #expect(plans[2].contains(" -refresh=false"))
        }
    }

    @Test func `many stacks are planned side by side and shown by name, and one that fails stops no other`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            for name in ["a", "b", "c"] { try project.writeAppStack(name) }
            try project.write(
                "resource \"terraform_data\" \"x\" {\n  input = nothing.here\n}\n", to: "modules/bad/main.tf")
            try project.writeStack("bad", module: "modules/bad")
            let result = try await project.stack("plan", "--all", "--parallelism", "4")
            #expect(result.exitCode == 1)
            #expect(result.lines.filter { $0.hasPrefix("── ") } == ["── a", "── b", "── c"])
            #expect(result.lines.filter { $0.hasPrefix("Plan: ") }.count == 3)
            #expect(result.stderr.contains("bad │ error: Reference to undeclared resource\n"))
            #expect(result.stderr.contains("bad │ failed: Terraform could not plan ("))
            #expect(result.stderr.hasSuffix("3 stacks have changes; `stack runs` lists their plans\n"))
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
}
