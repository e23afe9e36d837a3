import JSON
import TestSupport
import Testing

@Suite struct PlanOptionTests {
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

    @Test func `a refresh that finds nothing changes nothing, whatever Terraform calls it`() async throws {
        try await withProject { project in
            try project.write(
                "resource \"terraform_data\" \"a\" {}\n\noutput \"n\" {\n  value = length([1, 2])\n}\n",
                to: "modules/app/main.tf")
            try project.writeStack("dev")
            try await project.applyNew()
            let plan = try await project.stack("plan", "dev", "--refresh-only", "--detailed-exitcode", "-q")
            #expect(plan.exitCode == 0, "\(plan.description)")
            let applied = try await project.stack("apply", "dev", "--refresh-only", "--auto-approve", "-q")
            expect(
                applied, in: project, stdout: "No changes. `dev` is as its last run left it.\n")
            #expect(project.files(below: ".stack/workspaces").isEmpty)
        }
    }

    @Test func `a plan that fails before its run begins says why, beside the stream too`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeStack("dev", spec: "variables: {size: {fromEnv: MISSING_HERE}}")
            let result = try await project.stack("plan", "dev", "--json-stream")
            #expect(result.exitCode == 1)
            #expect(try result.jsonLines.map { $0["type"] } == ["version"])
            #expect(
                result.stderr.contains("the environment variable `MISSING_HERE` is not set"), "\(result.description)")
        }
    }
}
