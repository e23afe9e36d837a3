import JSON
import TestSupport
import Testing

@Suite struct ClusterTests {
    /// A module whose outputs are a cluster's, and that fails to apply when told so.
    private func writeCluster(_ project: TestProject, version: String = "1.32", fails: Bool = false) throws {
        try project.write(
            """
            variable "cluster_version" {
              type = string
            }

            variable "fails" {
              type = bool
            }

            resource "terraform_data" "cluster" {
              input = var.cluster_version

              provisioner "local-exec" {
                command = var.fails ? "exit 1" : "exit 0"
              }
            }

            resource "terraform_data" "check" {
              triggers_replace = var.fails

              provisioner "local-exec" {
                command = var.fails ? "exit 1" : "exit 0"
              }
            }

            output "cluster_name" {
              value = "dev-cluster"
            }

            output "region" {
              value = "eu-west-1"
            }

            output "cluster_endpoint" {
              value = "dev.example.com"
            }

            output "cluster_version" {
              value = terraform_data.cluster.output
            }

            output "cluster_token" {
              value     = "canary-4711"
              sensitive = true
            }
            """, to: "modules/cluster/main.tf")
        try project.writeStack(
            "dev", module: "modules/cluster",
            spec: """
                variables: {cluster_version: "\(version)", fails: \(fails)}
                cluster: {handle: dev, provider: aws, distribution: eks}
                """)
    }

    @Test func `a cluster's record follows its stack: made, changed, left alone by a failure, gone`() async throws {
        try await withProject { project in
            try writeCluster(project)
            #expect(try await project.stack("clusters", "list").stdout.isEmpty)
            let applied = try await project.applyNew()
            #expect(applied.stderr.contains("dev │ cluster `dev` "), "\(applied.description)")
            expect(
                try await project.stack("clusters", "list"), in: project,
                stdout: """
                    HANDLE  VERSION  PROVIDER  REGION     NODES  STACK  UPDATED
                    dev     1.32     eks       eu-west-1         dev    <time>
                    """)
            try writeCluster(project, version: "1.33")
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            let shown = try await project.stack("clusters", "show", "dev", "-o", "json").json
            #expect(shown["version"] == "1.33")
            #expect(shown["endpoint"] == "https://dev.example.com")
            #expect(!shown.text.contains("canary-4711"))

            try writeCluster(project, version: "1.34", fails: true)
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 1)
            #expect(try await project.stack("clusters", "show", "dev", "-o", "json").json["version"] == "1.33")

            try writeCluster(project, version: "1.34")
            #expect(try await project.stack("destroy", "dev", "--auto-approve").exitCode == 0)
            #expect(try await project.stack("clusters", "list").stdout.isEmpty)
            let gone = try await project.stack("clusters", "list", "--gone").filtered(project.filter)
            #expect(gone.stdout.contains("  gone <time>\n"), "\(gone.description)")
            let history = try await project.stack("clusters", "show", "dev").filtered(project.filter).lines
            #expect(
                history.suffix(5) == [
                    "History", "  <time>  registered by run <run>", "  <time>  updated by run <run>",
                    "  <time>  gone by run <run>", "",
                ], "\(history)")
        }
    }

    /// Applies version 1.32, then 1.33 with an executor that dies while Terraform goes on.
    ///
    /// - Returns: the second run.
    private func dieOverUpgrade(_ project: TestProject) async throws -> String {
        try writeCluster(project)
        try await project.applyNew()
        try writeCluster(project, version: "1.33")
        let wait = "touch \(project.gate()).reached; until test -e \(project.gate()); do sleep 0.05; done"
        try project.replace(
            "command = var.fails ? \"exit 1\" : \"exit 0\"", with: "command = \"\(wait)\"",
            in: "modules/cluster/main.tf")
        try project.replace(
            "triggers_replace = var.fails", with: "triggers_replace = \"now\"", in: "modules/cluster/main.tf")
        let apply = try project.start("apply", "dev", "--auto-approve")
        try await project.waitForGate()
        let run = try await project.newestRun()
        try project.killExecutor(of: run)
        _ = try await apply.result()
        try project.openGate()
        return run
    }

    @Test func `an executor that dies loses no record: Terraform's end is as good without it`() async throws {
        try await withProject { project in
            let run = try await dieOverUpgrade(project)
            let recovered = try await project.stack("recover")
            #expect(
                recovered.filtered(project.filter).stderr.hasSuffix(
                    """
                    Run <run> of `dev` had died while it applied. Terraform went on to its end; its state was recovered: \
                    2 resources.

                    """), "\(recovered.description)")
            let record = try await project.stack("run", run, "-o", "json").json
            #expect(record["status"] == "succeeded")
            #expect(
                record["message"]?.stringValue == """
                    its process died while it was applied; Terraform went on to its end, and the state was recovered
                    """)
            #expect(try await project.stack("output", "dev", "cluster_version").stdout == "1.33\n")
            let cluster = try await project.stack("clusters", "show", "dev", "-o", "json").json
            #expect(cluster["version"] == "1.33")
            #expect(cluster["run"]?.stringValue == run)
        }
    }

    @Test func `a recovery calls the cluster what the plan called it, whatever the definition says by now`()
        async throws
    {
        try await withProject { project in
            _ = try await dieOverUpgrade(project)
            try project.replace("cluster: {handle: dev", with: "cluster: {handel: dev", in: "stacks/dev.yaml")
            #expect(try await project.stack("recover").exitCode == 0)
            let clusters = try await project.stack("clusters", "list", "--gone", "-o", "json").json.arrayValue ?? []
            #expect(clusters.map { $0["handle"] } == ["dev"])
            #expect(clusters.first?["version"] == "1.33")
        }
    }

    @Test func `an apply that finds nothing to change records what the definition says of the cluster by now`()
        async throws
    {
        try await withProject { project in
            try writeCluster(project)
            try await project.applyNew()
            try project.replace("{handle: dev,", with: "{handle: main, tags: {tier: gold},", in: "stacks/dev.yaml")
            #expect(try await project.stack("plan", "dev").exitCode == 0)
            #expect(try await project.stack("clusters", "list", "-o", "name").stdout == "dev\n")
            let applied = try await project.stack("apply", "dev", "-q")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(applied.stdout == "No changes. `dev` is as it is defined.\n")
            #expect(try await project.stack("clusters", "list", "-o", "name").stdout == "main\n")
            // Seen again is not updated.
            let listed = try await project.stack("clusters", "list").stdout
            #expect(try await project.stack("apply", "dev", "-q").exitCode == 0)
            #expect(try await project.stack("clusters", "list").stdout == listed)
            let shown = try await project.stack("clusters", "show", "main", "-o", "json").json
            #expect(shown["tags"] == ["tier": "gold"])
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
        }
    }

    @Test func `outputs of an apply that Terraform's death cut short count once nothing is left to change`()
        async throws
    {
        try await withProject { project in
            try writeCluster(project)
            try await project.applyNew()
            try writeCluster(project, version: "1.33")
            // Killed when all is done and saved, before it could say so.
            try project.wrapTerraform(
                """
                if test "$1" = apply; then
                  terraform "$@"
                  kill -9 $$
                fi
                """)
            let killed = try await project.stack("apply", "dev", "--auto-approve")
            #expect(killed.exitCode == 1, "\(killed.description)")
            #expect(try await project.stack("output", "dev", "cluster_version").stdout == "1.32\n")
            try project.remove("stack.yaml")
            #expect(try await project.stack("apply", "dev", "-q").stdout == "No changes. `dev` is as it is defined.\n")
            #expect(try await project.stack("output", "dev", "cluster_version").stdout == "1.33\n")
            #expect(try await project.stack("clusters", "show", "dev", "-o", "json").json["version"] == "1.33")
        }
    }

    @Test func `clusters are exported as a kubeconfig without a token and as JSON`() async throws {
        try await withProject { project in
            try writeCluster(project)
            try await project.applyNew()
            let config = try await project.stack("clusters", "export", "--format", "kubeconfig")
            #expect(config.exitCode == 0)
            #expect(config.stdout.contains("      server: https://dev.example.com\n"))
            #expect(config.stdout.contains("get-token"), "\(config.description)")
            #expect(!config.stdout.contains("canary-4711"))
            let json = try await project.stack("clusters", "export", "--format", "json").json
            #expect(json.arrayValue?.map { $0["handle"] } == ["dev"])
        }
    }

    @Test func `an unknown cluster suggests the nearest`() async throws {
        try await withProject { project in
            try writeCluster(project)
            try await project.applyNew()
            expect(
                try await project.stack("clusters", "show", "dve"), in: project, exit: 1,
                stderr: """
                    error: there is no cluster `dve`

                    hint: Did you mean `dev`?
                    """)
        }
    }
}
