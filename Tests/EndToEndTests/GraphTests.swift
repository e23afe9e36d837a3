import JSON
import TestSupport
import Testing

@Suite struct GraphTests {
    /// `app` needs `cluster` and `database`, both need `network`, in a circle when the network needs `app`.
    private func writeStacks(_ project: TestProject, needsOfNetwork: String = "") throws {
        try project.write(
            """
            variable "vpc_id" {
              default = ""
            }
            output "vpc_id" {
              value = "vpc-1"
            }
            """, to: "modules/app/main.tf")
        let network = "inputs: [{variable: vpc_id, from: {stack: network, output: vpc_id}}]"
        try project.writeStack("network", spec: needsOfNetwork)
        try project.writeStack("cluster", spec: network)
        try project.writeStack("database", spec: network)
        try project.writeStack("app", spec: "dependsOn: [cluster, database]")
    }

    @Test func `the stacks are shown in an order of work, with what each needs`() async throws {
        try await withProject { project in
            try writeStacks(project)
            expect(
                try await project.stack("graph"), in: project,
                stdout: """
                    1  network
                    2  cluster   needs network (vpc_id)
                       database  needs network (vpc_id)
                    3  app       needs cluster
                                       database
                    """)
            expect(
                try await project.stack("graph", "-o", "name"), in: project, stdout: "network\ncluster\ndatabase\napp")
            #expect(
                try await project.stack("graph", "cluster", "-o", "json").json == [
                    ["name": "cluster", "step": 2, "needs": [["stack": "network", "outputs": ["vpc_id"]]]]
                ])
        }
    }

    @Test func `the graph comes in the languages of Mermaid and Graphviz`() async throws {
        try await withProject { project in
            try writeStacks(project)
            expect(
                try await project.stack("graph", "cluster", "network", "--format", "mermaid"), in: project,
                stdout: """
                    flowchart LR
                        s1["network"]
                        s2["cluster"]
                        s1 -->|"vpc_id"| s2
                    """)
            expect(
                try await project.stack("graph", "cluster", "--format", "dot"), in: project,
                stdout: """
                    digraph stacks {
                      rankdir = LR;
                      node [shape = box, fontname = "sans-serif"];
                      edge [fontname = "sans-serif"];
                      "network" [style = dashed];
                      "cluster";
                      "network" -> "cluster" [label = "vpc_id"];
                    }
                    """)
        }
    }

    @Test func `SVG is what Graphviz makes of it`() async throws {
        try await withProject { project in
            try writeStacks(project)
            let dot = try project.script("bin/dot", "echo \"<svg>$*\"; cat; echo '</svg>'\n")
            let path = "\(project.scratch)/bin:\(project.environment["PATH"] ?? "")"
            let text = try await project.stack("graph", "--format", "dot").stdout
            expect(
                try await project.stack("graph", "--format", "svg", environment: ["PATH": path]), in: project,
                stdout: "<svg>-Tsvg\n\(text)</svg>")
            try project.write("#!/bin/sh\necho 'out of ink' >&2; exit 4\n", to: dot, permissions: 0o755)
            expect(
                try await project.stack("graph", "--format", "svg", environment: ["PATH": path]), in: project, exit: 1,
                stderr: """
                    error: Graphviz's `dot` ended with exit code 4
                    note: out of ink
                    """)
        }
    }

    @Test func `without Graphviz SVG is refused with what to install`() async throws {
        try await withProject { project in
            try writeStacks(project)
            expect(
                try await project.stack("graph", "--format", "svg", environment: ["PATH": project.scratch]),
                in: project, exit: 1,
                stderr: """
                    error: `dot`, which draws the SVG, is not installed

                    hint: Install Debian's package `graphviz`, or give `--format dot` or `--format mermaid`
                    """)
        }
    }

    @Test func `a drawing and an output format are not both given`() async throws {
        try await withProject { project in
            try writeStacks(project)
            #expect(try await project.stack("graph", "--format", "dot", "-o", "json").exitCode == 64)
        }
    }

    @Test func `a circle is an error of the project, with each place that makes it`() async throws {
        try await withProject { project in
            try writeStacks(project, needsOfNetwork: "dependsOn: [app]")
            let told = """
                stacks/app.yaml:6:15: error: stacks need each other in a circle: `app` → `cluster` → `network` → `app`
                  6 │   dependsOn: [cluster, database]
                    │               ^^^^^^^
                stacks/cluster.yaml:6:45: note: `cluster` needs `network`
                stacks/network.yaml:6:15: note: `network` needs `app`

                hint: take one of them out of `inputs` or `dependsOn`
                """
            expect(try await project.stack("validate"), in: project, exit: 1, stderr: told)
            expect(try await project.stack("validate", "stacks/network.yaml"), in: project, exit: 1, stderr: told)
            #expect(try await project.stack("validate", "stacks/database.yaml").exitCode == 0)
            let json = try await project.stack("validate", "-o", "json").json
            #expect(
                json["diagnostics"]?.arrayValue?.map { $0["message"] } == [
                    "stacks need each other in a circle: `app` → `cluster` → `network` → `app`"
                ])
            for command in [["graph"], ["list"], ["plan", "network"], ["apply", "--all"]] {
                let result = try await project.start(stack: command).result()
                expect(result, in: project, exit: 1, stderr: told)
            }
        }
    }

    @Test func `an output that the other stack lacks is an error before anything is planned`() async throws {
        try await withProject { project in
            try writeStacks(project)
            try project.replace("output: vpc_id", with: "output: vpcid", in: "stacks/cluster.yaml")
            let told = """
                stacks/cluster.yaml:6:23: error: `cluster` → `network`: the module `modules/app` declares no output `vpcid`
                  6 │   inputs: [{variable: vpc_id, from: {stack: network, output: vpcid}}]
                    │                       ^^^^^^
                note: it declares `vpc_id`

                hint: did you mean `vpc_id`?
                """
            expect(try await project.stack("validate"), in: project, exit: 1, stderr: told)
            expect(try await project.stack("plan", "cluster"), in: project, exit: 1, stderr: told)
        }
    }
}
