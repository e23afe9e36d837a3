import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Canaries in every place where a secret can be, looked for in every place where none may be.
@Suite struct SecretsTests {
    private struct Canaries {
        let token = Canary("the token") { core in "tok&en/\"\(core())\"+~é" }
        let key = Canary("the key") { core in
            "-----BEGIN KEY-----\nMIIE\(core())\nAAAA\(core())==\n-----END KEY-----"
        }
        let password = Canary("the password") { core in "pass word%\(core())" }

        var all: [Canary] { [token, key, password] }
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

    @Test func `no secret is in anything that is written, shown or listed`() async throws {
        try await withProject { project in
            let canaries = Canaries()
            try write(project, module)
            try project.write(canaries.key.value + "\n", to: "\(project.scratch)/key-value")
            try project.write(canaries.password.value, to: "\(project.scratch)/password-value")
            let environment = ["TOKEN": canaries.token.value]

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

            #expect(leaks(of: canaries.all, in: outputs(results) + files(project)) == [])
            let list = FileManager.default.contents(atPath: project.scratch + "/cmdlines") ?? Data()
            #expect(list.range(of: Data("stack.tfvars".utf8)) != nil || list.range(of: Data("plan.tfplan".utf8)) != nil)
            #expect(leaks(of: canaries.all, in: [("the processes' arguments", list)]) == [])
            // What the provisioner wrote has come through, masked: the search above had something to find.
            #expect(results[4].stdout.contains("provision_progress"), "\(results[4].description)")
            let kept = try await project.state(of: "one")
            #expect(kept.text.contains(String(JSONValue.string(canaries.token.value).text.dropFirst().dropLast())))
        }
    }

    @Test func `what only the plan knows as secret is masked on the standard error of the plan, too`() async throws {
        try await withProject { project in
            let secret = Canary("the module's secret") { core in "module-secret-\(core())" }
            try project.write(
                "resource \"terraform_data\" \"a\" {\n  input = sensitive(\"\(secret.value)\")\n}\n",
                to: "modules/app/main.tf")
            try project.writeStack("one")
            // As a line, as a line of a log in JSON, and as one of the stream.
            try project.wrapTerraform(
                """
                if test "$1" = plan; then
                  echo 'told: \(secret.value)' >&2
                  echo '{"@level":"trace","@message":"logged: \(secret.value)"}' >&2
                  echo '{"type":"log","@level":"info","@message":"streamed: \(secret.value)"}' >&2
                fi
                """)
            var results = [
                try await project.stack("plan", "one", "-v"), try await project.stack("plan", "one", "--json-stream"),
            ]
            for result in results { #expect(result.exitCode == 0, "\(result.description)") }
            let run = try await project.newestRun()
            for arguments in [
                ["logs", run], ["logs", run, "--json-stream"], ["run", run], ["run", run, "-o", "json"],
            ] {
                results.append(try await project.start(try TestProject.program, arguments).result())
            }
            // All of it has come, masked: the search below has something to find.
            #expect(results[0].stderr.contains("one │ told: (sensitive)\n"), "\(results[0].description)")
            for result in [results[1], results[3]] {
                for word in ["told", "logged", "streamed"] {
                    #expect(result.stdout.contains("\(word): (sensitive)"), "\(result.description)")
                }
            }
            #expect(leaks(of: [secret], in: outputs(results) + files(project)) == [])
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
            try project.write(canaries.key.value + "\n", to: "\(project.scratch)/key-value")
            try project.write(canaries.password.value, to: "\(project.scratch)/password-value")
            let environment = ["TOKEN": canaries.token.value]
            var results = [try await project.stack("plan", "one", environment: environment)]
            results.append(try await project.stack("plan", "one", "--json-stream", environment: environment))
            for result in results { #expect(result.exitCode == 1, "\(result.description)") }
            let run = try await project.newestRun()
            results.append(try await project.stack("logs", run, "--json-stream"))
            results.append(try await project.stack("run", run, "-o", "json"))
            #expect(results[0].stderr.contains("Resource precondition failed"), "\(results[0].description)")
            #expect(leaks(of: canaries.all, in: outputs(results) + files(project)) == [])
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
            try project.write(canaries.key.value + "\n", to: "\(project.scratch)/key-value")
            try project.write(canaries.password.value, to: "\(project.scratch)/password-value")
            let apply = try project.start(
                "apply", "one", "--new", "--auto-approve", environment: ["TOKEN": canaries.token.value])
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
            #expect(leaks(of: canaries.all, in: outputs(results) + files(project)) == [])
        }
    }

    @Test func `a command that gives no value is quoted, but not the secrets that it quotes`() async throws {
        try await withProject { project in
            let token = Canary("the token") { core in "tok&en \(core())" }
            let credential = Canary("the caller's credential") { core in "cred'\(core())'" }
            let key = Canary("the key") { core in "key: \(core())" }
            try project.write(key.value, to: "\(project.scratch)/key-value")
            try project.write(
                "variable \"key\" {}\nvariable \"value\" {}\nresource \"terraform_data\" \"a\" {}\n",
                to: "modules/app/main.tf")
            let command = try project.script(
                "value",
                """
                [ -e '\(project.scratch)/broken' ] || { echo fine; exit; }
                echo "refused: $TOKEN $VAULT_TOKEN" >&2
                cat '\(project.scratch)/key-value' | base64 -w0 >&2
                exit 4

                """)
            try project.writeStack(
                "one",
                spec: """
                    variables:
                      key: {fromFile: ../scratch/key-value}
                      value: {fromCommand: [\(command)]}
                    environment:
                    - {name: LATER, fromEnv: TOKEN}
                    """)
            let environment = ["TOKEN": token.value, "VAULT_TOKEN": credential.value]
            var results = [try await project.stack("plan", "one", environment: environment)]
            #expect(results[0].exitCode == 0, "\(results[0].description)")
            let run = try await project.newestRun()
            try project.write("", to: "\(project.scratch)/broken")
            results += [
                try await project.stack("plan", "one", environment: environment),
                try await project.stack(
                    "apply", "--run", run, "--new", "--auto-approve", environment: environment),
            ]
            for result in results.dropFirst() {
                #expect(result.exitCode == 1, "\(result.description)")
                #expect(result.stderr.contains("refused: (sensitive) (sensitive)"), "\(result.description)")
            }
            #expect(leaks(of: [token, credential, key], in: outputs(results) + files(project)) == [])
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
