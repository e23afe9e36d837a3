import TestSupport
import Testing

/// Plans of stacks that take something of others.
@Suite struct GraphPlanTests {
    @Test func `what takes an output that nobody knows yet is planned with it unknown, and is marked as a preview`()
        async throws
    {
        try await withProject { project in
            try project.writeGraph()
            let plan = try await project.stack("plan", "--all", "-q", "--detailed-exitcode")
            #expect(plan.exitCode == 2, "\(plan.description)")
            #expect(
                plan.stdout.contains(
                    """
                    ── app
                    This is a preview and cannot be applied:
                      - `network` is not known until `network` has been applied

                      + create

                    Terraform will perform the following actions:

                      # terraform_data.node[0] will be created
                      + resource "terraform_data" "node" {
                          + id     = (known after apply)
                          + input  = (known after apply)
                          + output = (known after apply)
                        }

                    Changes to Outputs:
                      + network = (known after apply)

                    Plan: 1 to add, 0 to change, 0 to destroy.

                    """), "\(plan.description)")
            let run = try await project.newestRun(of: "app")
            #expect(try await project.status(of: run) == "preview")
            let apply = try await project.stack("apply", "--run", run, "--new", "--auto-approve")
            #expect(apply.exitCode == 3, "\(apply.description)")
            let alone = try await project.stack("apply", "app", "--new", "--auto-approve", "-q")
            #expect(alone.exitCode == 3, "\(alone.description)")
            #expect(alone.stderr.contains("error: `app` takes outputs of `network`, which has none yet\n"))
            #expect(try await project.stack("state", "list", "app").stdout == "")
        }
    }

    @Test func `a stack that has a state keeps its addresses in a preview`() async throws {
        try await withProject { project in
            try project.writeGraph(inputs: "")
            try await project.applyNew("app")
            try project.writeGraph()
            let plan = try await project.stack("plan", "app", "-q")
            #expect(
                plan.stdout.contains("  # terraform_data.node[0] will be updated in-place\n"), "\(plan.description)")
            #expect(plan.stdout.hasSuffix("Plan: 0 to add, 1 to change, 0 to destroy.\n"), "\(plan.description)")
        }
    }

    @Test func `what a plan says of an output is what those that take it are planned with`() async throws {
        try await withProject { project in
            try project.writeGraph(inputs: "inputs: [{variable: network, from: {stack: network, output: range}}]")
            for name in ["network", "app"] { try await project.applyNew(name) }
            #expect(try await project.stack("plan", "--all", "--detailed-exitcode").exitCode == 0)
            try project.writeStack("network", module: "modules/network", spec: "variables: {range: 10.9.0.0/16}")
            let plan = try await project.stack("plan", "--all", "-q")
            #expect(
                plan.stdout.contains(
                    "  - `network` is what the plan of `network` says of the output `range` of `network`"),
                "\(plan.description)")
            #expect(plan.stdout.contains("~ input  = \"node in 10.0.0.0/16\" -> \"node in 10.9.0.0/16\""))
            // By itself it is planned on what is there.
            #expect(try await project.stack("plan", "app", "--detailed-exitcode").exitCode == 0)
        }
    }

    @Test func `a mock stands in for what is not known, only where a stack has one`() async throws {
        try await withProject { project in
            try project.writeGraph(
                inputs: "inputs: [{variable: network, from: {stack: network, output: id}, mock: vpc-0000}]")
            let plan = try await project.stack("plan", "--all", "-q")
            #expect(
                plan.stdout.contains("  - `network` is a mock: the output `id` of `network` is not known yet\n"),
                "\(plan.description)")
            #expect(plan.stdout.contains("+ input  = \"node in vpc-0000\""))
            #expect(try await project.status(of: try await project.newestRun(of: "app")) == "preview")
            try await project.applyNew("network")
            let real = try await project.stack("plan", "app", "-q")
            #expect(!real.stdout.contains("vpc-0000") && !real.stdout.contains("preview"), "\(real.description)")
        }
    }

    @Test func `a sensitive output stays sensitive in the stack that takes it`() async throws {
        try await withProject { project in
            try project.writeGraph(inputs: "inputs: [{variable: network, from: {stack: network, output: password}}]")
            try await project.applyNew("network")
            // As Terraform does between modules.
            let refused = try await project.stack("plan", "app", "-q")
            #expect(refused.exitCode == 1, "\(refused.description)")
            #expect(refused.stderr.contains("Output refers to sensitive values"))
            try project.replace(
                "  value = var.network\n", with: "  value     = var.network\n  sensitive = true\n",
                in: "modules/app/main.tf")
            let plan = try await project.stack("plan", "app", "-q")
            #expect(plan.stdout.contains("+ input  = (sensitive value)"), "\(plan.description)")
            try await project.applyNew("app")
            let everything = try await project.stack("logs", try await project.newestRun(of: "app"), "-v")
            for result in [plan, everything] {
                #expect(!(result.stdout + result.stderr).contains("hunter"), "\(result.description)")
            }
            let state = try await project.stack("state", "show", "app", "terraform_data.node[0]")
            #expect(!state.stdout.contains("hunter"), "\(state.description)")
        }
    }

    @Test func `a preview is made of a module in JSON, and of one whose variable stands in templates and heredocs`()
        async throws
    {
        try await withProject { project in
            try project.writeGraph()
            try project.write(
                """
                locals {
                  // not var.network
                  text = <<-EOT
                    in ${upper(var.network)}, $${var.network}
                    %{ if var.network != "" }yes%{ endif }
                  EOT
                }

                output "text" {
                  value = local.text
                }
                """, to: "modules/app/text.tf")
            try project.write(
                #"""
                {
                  "variable": {"network": {"type": "string"}, "other": {"default": "x"}},
                  "resource": {"terraform_data": {"json": {"input": "in ${var.network} and ${var.other}"}}},
                  "output": {"literal": {"value": "$${var.network}"}}
                }
                """#, to: "modules/json/main.tf.json")
            try project.writeStack(
                "json", module: "modules/json",
                spec: "inputs: [{variable: network, from: {stack: network, output: id}}]")
            let plan = try await project.stack("plan", "app", "json", "-q")
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(plan.stdout.contains("+ text    = (known after apply)"), "\(plan.description)")
            #expect(plan.stdout.contains("+ literal = \"${var.network}\""), "\(plan.description)")
            #expect(plan.stdout.contains("# terraform_data.json will be created"))
        }
    }

    @Test func `an output whose type does not fit is an error with the way to it`() async throws {
        try await withProject { project in
            try project.writeGraph(inputs: "inputs: [{variable: zones, from: {stack: network, output: range}}]")
            try await project.applyNew("network")
            let plan = try await project.stack("plan", "app", "-q")
            #expect(plan.exitCode == 1, "\(plan.description)")
            #expect(
                plan.stderr.contains(
                    "an output does not fit the variable that takes it, on the way `app` → `network`: `range` is a string"
                ),
                "\(plan.description)")
        }
    }
}
