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
