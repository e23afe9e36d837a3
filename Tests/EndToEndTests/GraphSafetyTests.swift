import JSON
import TestSupport
import Testing

/// What may never happen in an apply of several stacks.
@Suite struct GraphSafetyTests {
    @Test func `a module that was changed after its preview was shown is not applied unseen`() async throws {
        try await withProject { project in
            try project.writeGraph()
            // While the network is applied, somebody else's pull changes the module of the app.
            try project.write(
                """
                resource "terraform_data" "pull" {
                  input = var.range

                  provisioner "local-exec" {
                    command = "sed -i 's/node in/NODE IN/' '\(project.path("modules/app/main.tf"))'"
                  }
                }
                """, to: "modules/network/pull.tf")
            let apply = try await project.stack("apply", "--all", "--new", "--auto-approve", "-q")
            #expect(apply.exitCode == 3, "\(apply.description)")
            #expect(
                apply.stderr.contains("note: moved since: the file `modules/app/main.tf`"), "\(apply.description)")
            #expect(try await project.stack("state", "list", "app").stdout == "")
        }
    }

    @Test func `a secret that passes through an output is hidden in previews too, and breaks no plan`() async throws {
        try await withProject { project in
            try project.writeGraph(inputs: "inputs: [{variable: network, from: {stack: network, output: range}}]")
            try project.writeStack(
                "network", module: "modules/network", spec: "variables: {range: {fromEnv: RANGE}}")
            let secret = ["RANGE": "swordfish-17"]
            let plan = try await project.stack("plan", "--all", environment: secret)
            #expect(plan.exitCode == 0, "\(plan.description)")
            let shown = try await project.stack("run", try await project.newestRun(of: "app"))
            let apply = try await project.stack("apply", "--all", "--new", "--auto-approve", environment: secret)
            #expect(apply.exitCode == 0, "\(apply.description)")
            for result in [plan, shown, apply] {
                #expect(!(result.stdout + result.stderr).contains("swordfish"), "\(result.description)")
            }
        }
    }

    @Test func `an output that is null is a value like any other`() async throws {
        try await withProject { project in
            try project.writeGraph(inputs: "inputs: [{variable: network, from: {stack: network, output: nothing}}]")
            try project.write("output \"nothing\" {\n  value = null\n}\n", to: "modules/network/nothing.tf")
            try project.replace("var.network != \"\"", with: "var.network == null", in: "modules/app/main.tf")
            try project.replace("node in ${var.network}", with: "node", in: "modules/app/main.tf")
            let apply = try await project.stack("apply", "--all", "--new", "--auto-approve", "-q")
            #expect(apply.exitCode == 0, "\(apply.description)")
            #expect(try await project.stack("plan", "app", "--detailed-exitcode").exitCode == 0)
        }
    }

    @Test func `what others still stand on is not destroyed, also with --continue-on-error`() async throws {
        try await withProject { project in
            try project.writeGraph()
            try await project.stack("apply", "--all", "--new", "--auto-approve")
            try project.writeStack(
                "app", spec: "protect: true\ninputs: [{variable: network, from: {stack: network, output: id}}]")
            let destroy = try await project.stack("destroy", "--all", "--auto-approve", "--continue-on-error", "-q")
            #expect(destroy.exitCode == 3, "\(destroy.description)")
            #expect(try await project.addresses(of: "network") == ["terraform_data.vpc"])
        }
    }

    @Test func `stacks are destroyed also when what they take is gone`() async throws {
        try await withProject { project in
            try project.writeGraph()
            try await project.stack("apply", "--all", "--new", "--auto-approve")
            #expect(try await project.stack("destroy", "--all", "--auto-approve").exitCode == 0)
            let again = try await project.stack("destroy", "--all", "--auto-approve", "-q")
            #expect(again.exitCode == 0, "\(again.description)")
            // One that has resources, of a definition that takes what nobody has made.
            try project.writeStack("app")
            try await project.stack("apply", "app", "--auto-approve")
            try project.writeGraph()
            let alone = try await project.stack("destroy", "app", "--auto-approve", "-q")
            #expect(alone.exitCode == 0, "\(alone.description)")
            #expect(try await project.addresses(of: "app") == [])
        }
    }

    @Test func `a stack that wants an approval is planned when its turn comes, and waits for it`() async throws {
        try await withProject { project in
            let input = "inputs: [{variable: network, from: {stack: network, output: id}}]"
            try project.writeGraph(inputs: "approval: true\n\(input)")
            let apply = try await project.stack("apply", "--all", "--new", "--auto-approve", "-q")
            #expect(apply.exitCode == 3, "\(apply.description)")
            let run = try await project.newestRun(of: "app")
            #expect(try await project.status(of: run) == "awaitingApproval")
            #expect(apply.stderr.contains("hint: `stack approve \(run)`, then `stack apply --run \(run)"))
            #expect(try await project.stack("approve", run).exitCode == 0)
            #expect(try await project.stack("apply", "--run", run, "--new", "--auto-approve").exitCode == 0)
        }
    }

    @Test func `the last stack that was left is forgotten when it is done`() async throws {
        try await withProject { project in
            try project.writeGraph()
            try project.replace("length(var.zones)", with: "undefined.x", in: "modules/app/main.tf")
            #expect(try await project.stack("apply", "--all", "--new", "--auto-approve").exitCode == 1)
            try project.replace("undefined.x", with: "length(var.zones)", in: "modules/app/main.tf")
            #expect(try await project.stack("apply", "--failed", "--new", "--auto-approve").exitCode == 0)
            for flag in ["--failed", "--resume"] {
                let nothing = try await project.stack("apply", flag, "--new", "--auto-approve")
                #expect(nothing.exitCode == 0, "\(nothing.description)")
                #expect(try await project.runs(of: "app").count == 2)
            }
        }
    }
}
