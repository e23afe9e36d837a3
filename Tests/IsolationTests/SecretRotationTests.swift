import Foundation
import JSON
import TestSupport
import Testing

/// Secrets that a state still holds after the stack has got others.
@Suite struct SecretRotationTests {
    /// A stack whose token, which Terraform does not mark, is in a resource and in an output.
    private func writeToken(_ project: TestProject) throws {
        try project.write(
            """
            variable "token" {
              type = string
            }
            variable "size" {
              type    = number
              default = 1
            }
            resource "terraform_data" "a" {
              input = { header = "Bearer ${var.token}", size = var.size }
            }
            resource "terraform_data" "kept" {
              input = var.token
              lifecycle {
                ignore_changes = [input]
              }
            }
            output "header" {
              value = { basic = base64encode("user:${var.token}") }
            }
            output "size" {
              value = var.size
            }

            """, to: "modules/app/main.tf")
        try writeTokenStack(project, size: 1)
    }

    private func writeTokenStack(_ project: TestProject, size: Int) throws {
        try project.writeStack("one", spec: "variables: {token: {fromEnv: TOKEN}, size: \(size)}")
    }

    private func expectNone(of tokens: [String], in texts: [(String, Data)]) {
        for (place, data) in texts {
            for token in tokens {
                for text in [token, Data("user:\(token)".utf8).base64EncodedString()]
                where data.range(of: Data(text.utf8)) != nil { Issue.record("\(token) is in \(place)") }
            }
        }
    }

    @Test func `the old value of a secret that rotates is as secret as the new one, also after several runs`()
        async throws
    {
        try await withProject { project in
            let tokens = (1...4).map { "token-\($0)-\(UUID().uuidString)" }
            try writeToken(project)
            var results = [
                try await project.stack(
                    "apply", "one", "--new", "--auto-approve", environment: ["TOKEN": tokens[0]])
            ]
            for token in tokens.dropFirst() {
                let planned = try await project.stack("plan", "one", "-v", environment: ["TOKEN": token])
                #expect(planned.stdout.contains("(sensitive)"), "\(planned.description)")
                let run = try await project.newestRun()
                results += [
                    planned, try await project.stack("run", run), try await project.stack("run", run, "-o", "json"),
                    try await project.stack(
                        "apply", "--run", run, "--auto-approve", "-v", environment: ["TOKEN": token]),
                    try await project.stack("logs", run, "--json-stream"),
                    try await project.stack("state", "show", "one", "terraform_data.a"),
                    try await project.stack("state", "show", "one", "terraform_data.kept"),
                ]
            }
            for result in results { #expect(result.exitCode == 0, "\(result.description)") }
            // The first one is in the state still.
            #expect(try await project.state(of: "one").text.contains(tokens[0]))
            expectNone(of: tokens, in: outputs(results) + files(project))
        }
    }

    @Test func `the old value is secret after a failed apply, a state that was put back, and an apply without changes`()
        async throws
    {
        try await withProject { project in
            let tokens = (1...3).map { "token-\($0)-\(UUID().uuidString)" }
            try writeToken(project)
            // As a literal it is no secret; an apply that has nothing to do makes it one.
            try project.writeStack("one", spec: "variables: {token: \(tokens[0])}")
            #expect(try await project.stack("apply", "one", "--new", "--auto-approve").exitCode == 0)
            try writeTokenStack(project, size: 1)
            let confirmed = try await project.stack("apply", "one", environment: ["TOKEN": tokens[0]])
            #expect(confirmed.exitCode == 0, "\(confirmed.description)")
            var results = [try await project.stack("plan", "one", environment: ["TOKEN": tokens[1]])]
            #expect(results[0].exitCode == 0 && results[0].stdout.contains("(sensitive)"), "\(results[0].description)")

            try project.write(
                try project.read("modules/app/main.tf")
                    + """
                    resource "terraform_data" "failing" {
                      depends_on = [terraform_data.a]
                      provisioner "local-exec" {
                        command = "false"
                      }
                    }

                    """, to: "modules/app/main.tf")
            let failed = try await project.stack("apply", "one", "--auto-approve", environment: ["TOKEN": tokens[1]])
            #expect(failed.exitCode == 1, "\(failed.description)")
            #expect(try await project.state(of: "one").text.contains(tokens[1]))
            results += [failed, try await project.stack("plan", "one", environment: ["TOKEN": tokens[2]])]
            #expect(results[2].exitCode == 0 && results[2].stdout.contains("(sensitive)"), "\(results[2].description)")

            let versions = try await project.stack("state", "versions", "one", "-o", "json").json.arrayValue ?? []
            let sequence = try #require(versions[1]["sequence"]?.integerValue)
            let back = try await project.stack("state", "rollback", "one", "\(sequence)", "--auto-approve")
            #expect(back.exitCode == 0, "\(back.description)")
            results += [
                back, try await project.stack("state", "show", "one", "terraform_data.a"),
                try await project.stack("plan", "one", environment: ["TOKEN": tokens[2]]),
            ]
            #expect(results[5].exitCode == 0 && results[5].stdout.contains("(sensitive)"), "\(results[5].description)")
            expectNone(of: tokens, in: outputs(results))
        }
    }

    @Test
    func `a secret that Terraform does not mark is shown neither by output nor by state show, unless it is named`()
        async throws
    {
        try await withProject { project in
            let token = "token-\(UUID().uuidString)"
            let encoded = Data("user:\(token)".utf8).base64EncodedString()
            try writeToken(project)
            let applied = try await project.stack(
                "apply", "one", "--new", "--auto-approve", environment: ["TOKEN": token])
            #expect(applied.exitCode == 0, "\(applied.description)")
            let table = try await project.stack("output", "one")
            #expect(table.stdout == "NAME    VALUE\nheader  (sensitive value)\nsize    1\n", "\(table.description)")
            let json = try await project.stack("output", "one", "-o", "json")
            #expect(
                try json.json == [
                    "header": ["value": .null, "sensitive": true, "type": ["object", ["basic": "string"]]],
                    "size": ["value": 1, "sensitive": false, "type": "number"],
                ])
            let shown = try await project.stack("state", "show", "one", "terraform_data.a")
            #expect(try shown.json["input"] == ["header": "Bearer (sensitive)", "size": 1])
            #expect(try shown.json["output"] == ["header": "Bearer (sensitive)", "size": 1])
            let yaml = try await project.stack("output", "one", "-o", "yaml")
            expectNone(of: [token], in: outputs([applied, table, json, yaml, shown]))
            let named = try await project.stack("output", "one", "header")
            #expect(named.stdout == "{\"basic\":\"\(encoded)\"}\n")
            #expect(try await project.stack("state", "pull", "one").stdout.contains(token))
        }
    }
}
