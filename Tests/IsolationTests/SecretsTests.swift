import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Canaries in every place where a secret can be, looked for in every place where none may be.
@Suite struct SecretsTests {
    private struct Canaries {
        let token = "tok&en/\"\(UUID().uuidString)\"+~é"
        let key = "-----BEGIN KEY-----\nMIIE\(UUID().uuidString)\nAAAA\(UUID().uuidString)==\n-----END KEY-----"
        let password = "pass word%\(UUID().uuidString)"

        /// Every text that gives one of them away.
        var forms: [(name: String, bytes: Data)] {
            var result: [(String, Data)] = []
            for (name, value) in [("token", token), ("key", key), ("password", password)] {
                let json = String(JSONValue.string(value).text.dropFirst().dropLast())
                let url = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                result += [
                    ("\(name) plain", Data(value.utf8)), ("\(name) as JSON", Data(json.utf8)),
                    ("\(name) in base64", Data(Data(value.utf8).base64EncodedString().utf8)),
                    ("\(name) in a URL", Data(url.utf8)),
                ]
            }
            // Parts that are in no other test's values: the lines of the key, the random middles.
            result += key.split(separator: "\n").filter { $0.count > 20 && !$0.hasPrefix("-") }.map {
                ("a line of the key", Data($0.utf8))
            }
            let middle = token.split(separator: "\"")[1]
            result.append(("the middle of the token", Data(middle.utf8)))
            return result
        }
    }

    private let module = """
        variable "token" {
          type = string
        }
        variable "key" {
          type      = string
          sensitive = true
        }
        resource "terraform_data" "a" {
          input = [var.token, base64encode(var.token), urlencode(var.token), jsonencode({ k = var.token })]
          provisioner "local-exec" {
            command     = "printf '%s\\\\n' \\"$T\\" \\"$K\\" \\"$P\\" \\"$J\\"; printf '%s' \\"$T\\" | base64 -w0; printf '%s' \\"$P\\" | base64 -w0; cat /proc/[0-9]*/cmdline > \\"$LIST\\" 2>/dev/null; true"
            environment = { T = var.token, K = nonsensitive(var.key), P2 = "x", J = jsonencode([var.token, nonsensitive(var.key)]), LIST = "SCRATCH/cmdlines" }
          }
        }
        output "hidden" {
          value     = [var.key, var.token]
          sensitive = true
        }
        output "open" {
          value = "prefix ${var.token} suffix"
        }

        """

    private func write(_ project: TestProject, _ module: String) throws {
        try project.write(module.replacingOccurrences(of: "SCRATCH", with: project.scratch), to: "modules/app/main.tf")
        let command = try project.script("password", "cat '\(project.scratch)/password-value'\n")
        try project.writeStack(
            "one",
            spec: """
                variables:
                  token: {fromEnv: TOKEN}
                  key: {fromFile: ../scratch/key-value}
                environment:
                - {name: P, fromCommand: [\(command)]}
                """)
    }

    private func expectNothing(of canaries: Canaries, in texts: [(String, Data)]) {
        for (place, data) in texts {
            for (form, bytes) in canaries.forms where data.range(of: bytes) != nil {
                Issue.record("\(form) is in \(place)")
            }
        }
    }

    private func files(_ project: TestProject) -> [(String, Data)] {
        project.files(below: ".stack").map { name in
            (".stack/\(name)", FileManager.default.contents(atPath: project.path(".stack/\(name)")) ?? Data())
        }
    }

    private func outputs(_ results: [CommandResult]) -> [(String, Data)] {
        results.map { ("the output of `\($0.command)`", Data(($0.stdout + $0.stderr).utf8)) }
    }

    @Test func `no secret is in anything that is written, shown or listed`() async throws {
        try await withProject { project in
            let canaries = Canaries()
            try write(project, module)
            try project.write(canaries.key + "\n", to: "\(project.scratch)/key-value")
            try project.write(canaries.password, to: "\(project.scratch)/password-value")
            let environment = ["TOKEN": canaries.token]

            var results = [try await project.stack("plan", "one", "-v", environment: environment)]
            results.append(try await project.stack("plan", "one", "--json-stream", environment: environment))
            let run = try await project.newestRun()
            results.append(
                try await project.stack(
                    "apply", "--run", run, "--new", "--auto-approve", "-v", environment: environment))
            for result in results { #expect(result.exitCode == 0, "\(result.description)") }
            for arguments in [
                ["logs", run], ["logs", run, "--json-stream"], ["run", run], ["run", run, "-o", "json"],
                ["runs", "-o", "json"],
                ["state", "versions", "one", "-o", "json"], ["state", "list", "one"],
                ["clusters", "list", "-o", "json"],
            ] { results.append(try await project.start(try TestProject.program, arguments).result()) }

            expectNothing(of: canaries, in: outputs(results))
            expectNothing(of: canaries, in: files(project))
            let list = FileManager.default.contents(atPath: project.scratch + "/cmdlines") ?? Data()
            #expect(list.range(of: Data("stack.tfvars".utf8)) != nil || list.range(of: Data("plan.tfplan".utf8)) != nil)
            expectNothing(of: canaries, in: [("the processes' arguments", list)])
            // What the provisioner wrote has come through, masked: the search above had something to find.
            #expect(results[4].stdout.contains("provision_progress"), "\(results[4].description)")
            let kept = try await project.state(of: "one")
            #expect(kept.text.contains(String(JSONValue.string(canaries.token).text.dropFirst().dropLast())))
        }
    }

    @Test func `a precondition that fails does not quote the values that it looked at`() async throws {
        try await withProject { project in
            let canaries = Canaries()
            try write(
                project,
                """
                variable "token" {
                  type = string
                }
                variable "key" {
                  type      = string
                  sensitive = true
                }
                resource "terraform_data" "a" {
                  lifecycle {
                    precondition {
                      condition     = var.token == "other" || var.key == "other"
                      error_message = "the token ${var.token} is not good"
                    }
                  }
                }

                """)
            try project.write(canaries.key + "\n", to: "\(project.scratch)/key-value")
            try project.write(canaries.password, to: "\(project.scratch)/password-value")
            let environment = ["TOKEN": canaries.token]
            var results = [try await project.stack("plan", "one", environment: environment)]
            results.append(try await project.stack("plan", "one", "--json-stream", environment: environment))
            for result in results { #expect(result.exitCode == 1, "\(result.description)") }
            let run = try await project.newestRun()
            results.append(try await project.stack("logs", run, "--json-stream"))
            results.append(try await project.stack("run", run, "-o", "json"))
            #expect(results[0].stderr.contains("Resource precondition failed"), "\(results[0].description)")
            expectNothing(of: canaries, in: outputs(results))
            expectNothing(of: canaries, in: files(project))
        }
    }

    @Test func `whoever recovers a run masks what Terraform said after the death of its executor`() async throws {
        try await withProject { project in
            let canaries = Canaries()
            let gate = project.scratch + "/gate"
            try write(
                project,
                """
                variable "token" {
                  type = string
                }
                variable "key" {
                  type = string
                }
                resource "terraform_data" "first" {
                  provisioner "local-exec" {
                    command = "touch \(gate).reached; until [ -e \(gate) ]; do sleep 0.05; done"
                  }
                }
                resource "terraform_data" "second" {
                  input = [terraform_data.first.id, var.token, var.key]
                  provisioner "local-exec" {
                    command     = "printf '%s\\\\n' \\"$T\\" \\"$K\\" \\"$P\\"; printf '%s' \\"$T\\" | base64 -w0"
                    environment = { T = var.token, K = var.key }
                  }
                }
                output "open" {
                  value = terraform_data.second.output
                }

                """)
            try project.write(canaries.key + "\n", to: "\(project.scratch)/key-value")
            try project.write(canaries.password, to: "\(project.scratch)/password-value")
            let apply = try project.start(
                "apply", "one", "--new", "--auto-approve", environment: ["TOKEN": canaries.token])
            try await eventually("the apply stands still") { project.exists(gate + ".reached") }
            let run = try await project.newestRun()
            let executor = processes(withEnvironment: "STACK_RUN_ID", value: run).first {
                arguments(of: $0).contains("execute")
            }
            kill(try #require(executor), SIGKILL)
            try project.write("", to: gate)
            var results = [try await apply.result(), try await project.stack("recover")]
            #expect(try await project.status(of: run) == "succeeded")
            #expect(try await project.addresses(of: "one").count == 2)
            results.append(try await project.stack("logs", run, "--json-stream"))
            results.append(try await project.stack("logs", run, "-v"))
            results.append(try await project.stack("run", run, "-o", "json"))
            // What the second one wrote has come through, masked.
            #expect(results[3].stderr.contains("(sensitive)"), "\(results[3].description)")
            expectNothing(of: canaries, in: outputs(results))
            expectNothing(of: canaries, in: files(project))
        }
    }

    @Test func `an output that gives a secret away enters no cluster record, sensitive to Terraform or not`()
        async throws
    {
        try await withProject { project in
            let token = "token-\(UUID().uuidString)"
            try project.write(
                """
                variable "token" {
                  type = string
                }
                output "cluster_name" {
                  value = "one"
                }
                output "cluster_endpoint" {
                  value = "https://one.example.com/?t=${base64encode(var.token)}"
                }
                output "cluster" {
                  value = { version = "1.32", metadata = { token = var.token } }
                }

                """, to: "modules/app/main.tf")
            try project.writeStack("one", spec: "variables: {token: {fromEnv: TOKEN}}\ncluster: {handle: one}")
            // The second has nothing to do, and records the cluster again.
            for _ in 0..<2 {
                let applied = try await project.stack(
                    "apply", "one", "--new", "--auto-approve", environment: ["TOKEN": token])
                #expect(applied.exitCode == 0, "\(applied.description)")
                let shown = try await project.stack("clusters", "show", "one", "-o", "json")
                #expect(try shown.json["name"] == "one")
                let encoded = Data(token.utf8).base64EncodedString()
                let texts = outputs([applied, shown]) + files(project)
                for (place, data) in texts {
                    for text in [token, encoded] { #expect(data.range(of: Data(text.utf8)) == nil, "\(place)") }
                }
            }
        }
    }

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

    @Test func `a secret that is too short to be masked well is named`() async throws {
        try await withProject { project in
            try project.write("variable \"pin\" {\n  type = string\n}\n", to: "modules/app/main.tf")
            try project.writeStack("one", spec: "variables: {pin: {fromEnv: PIN}}")
            let planned = try await project.stack("plan", "one", environment: ["PIN": "47113"])
            #expect(planned.exitCode == 0)
            #expect(
                planned.stderr.contains(
                    "one │ warning: the secret `pin` is shorter than 6 characters and cannot be masked well\n"),
                "\(planned.description)")
        }
    }

    @Test func `an ephemeral variable, which no plan keeps, is given again at the apply and kept nowhere`() async throws
    {
        try await withProject { project in
            let token = "token-\(UUID().uuidString)"
            try project.write(
                """
                variable "token" {
                  type      = string
                  ephemeral = true
                }
                resource "terraform_data" "a" {
                  provisioner "local-exec" {
                    command     = "printf %s $T > '\(project.scratch)/received'"
                    environment = { T = var.token }
                  }
                }

                """, to: "modules/app/main.tf")
            try project.writeStack("one", spec: "variables: {token: {fromEnv: TOKEN}}")
            let planned = try await project.stack("plan", "one", environment: ["TOKEN": token])
            #expect(planned.exitCode == 0, "\(planned.description)")
            let applied = try await project.stack(
                "apply", "--run", try await project.newestRun(), "--new", "--auto-approve",
                environment: ["TOKEN": token])
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try project.read("\(project.scratch)/received") == token)
            #expect(!(try await project.state(of: "one").text.contains(token)))
            for (place, data) in files(project) { #expect(data.range(of: Data(token.utf8)) == nil, "\(place)") }
        }
    }

    @Test func `a token that is fetched anew for the apply is masked as well as the one of the plan`() async throws {
        try await withProject { project in
            let first = "first-\(UUID().uuidString)"
            let second = "second-\(UUID().uuidString)"
            try project.write(
                """
                variable "token" {
                  type = string
                }
                resource "terraform_data" "a" {
                  provisioner "local-exec" {
                    command     = "echo planned $T; echo now $NOW"
                    environment = { T = var.token }
                  }
                }

                """, to: "modules/app/main.tf")
            let command = try project.script("fetch", "cat '\(project.scratch)/token'\n")
            try project.writeStack(
                "one",
                spec:
                    "variables: {token: {fromCommand: [\(command)]}}\nenvironment: [{name: NOW, fromCommand: [\(command)]}]"
            )
            try project.write(first, to: "\(project.scratch)/token")
            let planned = try await project.stack("plan", "one")
            #expect(planned.exitCode == 0, "\(planned.description)")
            let run = try await project.newestRun()
            try project.write(second, to: "\(project.scratch)/token")
            let applied = try await project.stack("apply", "--run", run, "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            let logs = try await project.stack("logs", run, "--json-stream")
            #expect(logs.stdout.contains("planned ") && logs.stdout.contains("now "), "\(logs.description)")
            for text in [applied.stdout, applied.stderr, logs.stdout, logs.stderr] {
                #expect(!text.contains(first) && !text.contains(second))
            }
            for (place, data) in files(project) {
                for value in [first, second] { #expect(data.range(of: Data(value.utf8)) == nil, "\(place)") }
            }
        }
    }
}
