import JSON
import TestSupport
import Testing

@Suite struct StateTests {
    @Test func `the state is listed, shown, pulled, and its versions are kept`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.writeAppStack(nodes: 2)
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 0)
            expect(
                try await project.stack("state", "list", "dev"), in: project,
                stdout: """
                    ADDRESS                 STATUS
                    terraform_data.network
                    terraform_data.node[0]
                    terraform_data.node[1]
                    """)
            let shown = try await project.stack("state", "show", "dev", "terraform_data.network")
            #expect(try shown.json["input"] == "10.0.0.0/16", "\(shown.description)")
            expect(
                try await project.stack("state", "show", "dev", "terraform_data.netwrk"), in: project, exit: 1,
                stderr: """
                    error: the state of `dev` holds no `terraform_data.netwrk`

                    hint: Did you mean `terraform_data.network`?
                    """)
            let versions = try await project.stack("state", "versions", "dev", "-o", "json").json.arrayValue ?? []
            #expect(versions.map { $0["resources"] } == [3, 2, 0])
            let sequence = try #require(versions[1]["sequence"]?.integerValue)
            let earlier = try await project.stack("state", "pull", "dev", "--sequence", "\(sequence)").json
            #expect(earlier["resources"]?.arrayValue?.count == 2)
            #expect(try await project.state(of: "dev")["lineage"] == earlier["lineage"])
        }
    }

    @Test func `what a failed apply has left is listed as tainted and as deposed`() async throws {
        try await withProject { project in
            try project.write(
                """
                variable "command" {}

                resource "terraform_data" "node" {
                  triggers_replace = var.command

                  lifecycle {
                    create_before_destroy = true
                  }
                }

                resource "terraform_data" "user" {
                  triggers_replace = terraform_data.node.id

                  provisioner "local-exec" {
                    command = var.command
                  }
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables: {command: 'true'}")
            try await project.applyNew()
            try project.writeStack("dev", spec: "variables: {command: 'false'}")
            #expect(try await project.stack("apply", "dev", "--auto-approve").exitCode == 1)
            let objects = try await project.stack("state", "list", "dev", "-o", "json").json
            let key = objects.arrayValue?.compactMap { $0["deposed"]?.stringValue }.first ?? ""
            #expect(
                objects == [
                    ["address": "terraform_data.node", "tainted": false, "deposed": .null],
                    ["address": "terraform_data.node", "tainted": false, "deposed": .string(key)],
                    ["address": "terraform_data.user", "tainted": true, "deposed": .null],
                ])
            expect(
                try await project.stack("state", "list", "dev"), in: project,
                stdout: """
                    ADDRESS              STATUS
                    terraform_data.node
                    terraform_data.node  deposed \(key)
                    terraform_data.user  tainted
                    """)
            #expect(try await project.addresses(of: "dev") == ["terraform_data.node", "terraform_data.user"])
        }
    }

    @Test func `sensitive values are not shown by state show`() async throws {
        try await withProject { project in
            try project.write(
                """
                variable "token" {
                  type      = string
                  sensitive = true
                }

                resource "terraform_data" "x" {
                  input = var.token
                }

                resource "terraform_data" "deep" {
                  input = { user = "admin", keys = [1, { token = var.token }] }
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables: {token: canary-4711}")
            try await project.applyNew()
            let shown = try await project.stack("state", "show", "dev", "terraform_data.x")
            #expect(try shown.json["input"] == "(sensitive value)", "\(shown.description)")
            // Terraform marks what goes in only.
            #expect(try shown.json["output"] == "(sensitive)", "\(shown.description)")
            let deep = try await project.stack("state", "show", "dev", "terraform_data.deep")
            #expect(try deep.json["input"] == ["user": "admin", "keys": [1, ["token": "(sensitive value)"]]])
            #expect(try deep.json["output"] == ["user": "admin", "keys": [1, ["token": "(sensitive)"]]])
        }
    }

    @Test func `outputs come as a table, as JSON, or bare by name; sensitive ones only by name`() async throws {
        try await withProject { project in
            try project.write(
                """
                output "list" {
                  value = ["a", "b"]
                }

                output "name" {
                  value = "fleet"
                }

                output "token" {
                  value     = "canary-4711"
                  sensitive = true
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev")
            expect(
                try await project.stack("output", "dev"), in: project, exit: 1,
                stderr: """
                    error: nothing was planned or applied of the stack `dev` yet

                    hint: Run `stack plan dev`
                    """)
            try await project.applyNew()
            expect(
                try await project.stack("output", "dev"), in: project,
                stdout: """
                    NAME   VALUE
                    list   ["a","b"]
                    name   fleet
                    token  (sensitive value)
                    """)
            expect(try await project.stack("output", "dev", "name"), in: project, stdout: "fleet")
            expect(try await project.stack("output", "dev", "list"), in: project, stdout: "[\"a\",\"b\"]")
            expect(try await project.stack("output", "dev", "token"), in: project, stdout: "canary-4711")
            let json = try await project.stack("output", "dev", "-o", "json").json
            #expect(json["token"] == ["value": .null, "sensitive": true, "type": "string"])
            #expect(json["list"]?["value"] == ["a", "b"])
            expect(
                try await project.stack("output", "dev", "nme"), in: project, exit: 1,
                stderr: """
                    error: the stack `dev` has no output `nme`

                    hint: Did you mean `name`?
                    """)
        }
    }
}
