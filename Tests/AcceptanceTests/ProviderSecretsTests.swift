import Foundation
import JSON
import TestSupport
import Testing

/// A provider is given secrets from every source, and tells them, while Terraform logs all that it does.
@Suite struct ProviderSecretsTests {
    private struct Canaries {
        let environment = Canary("the variable from the environment") { core in "tok&en/\"\(core())\"+~é" }
        let file = Canary("the variable from a file") { core in
            "-----BEGIN KEY-----\nMIIE\(core())\nAAAA\(core())==\n-----END KEY-----"
        }
        let command = Canary("the variable from a command") { core in "pass word%\(core())" }
        let literal = Canary("the literal of a sensitive variable") { core in "lit<eral>\(core())" }
        let attribute = Canary("the provider's sensitive attribute") { core in "attr\\ibute'\(core())" }
        let stack = Canary("the stack's environment") { core in "{\"stack\": \"\(core())\"}" }
        let caller = Canary("the caller's environment") { core in "caller \(core()) $HOME" }

        var all: [Canary] { [environment, file, command, literal, attribute, stack, caller] }
    }

    private func write(_ project: TestProject, _ canaries: Canaries, telling: String) async throws {
        try await project.useMarksProvider()
        try project.write(
            """
            variable "environment" {
              type = string
            }
            variable "file" {
              type = string
            }
            variable "command" {
              type = string
            }
            variable "literal" {
              type      = string
              sensitive = true
            }
            variable "attribute" {
              type = string
            }
            locals {
              all = [var.environment, var.file, var.command, nonsensitive(var.literal), var.attribute]
            }
            resource "marks_item" "a" {
              name    = "a"
              file    = "\(project.marksFile)"
              secret  = var.attribute
              \(telling) = join(" ", concat(
                ["told:"],
                local.all,
                [for secret in local.all : urlencode(secret)],
                [for secret in local.all : jsonencode({ secret = secret })],
                [for secret in local.all : base64encode(secret)],
                [for secret in local.all : base64encode("a${secret}")],
                [for secret in local.all : base64encode("ab${secret}")],
                [for secret in local.all : "\\n${join("\\n\\t", split("\\n", secret))}"],
              ))
              provisioner "local-exec" {
                command = "echo told: \\"$P\\" \\"$REGISTRY_PASSWORD\\"; env | base64 -w0"
              }
            }
            output "open" {
              value = local.all
            }
            output "hidden" {
              value     = [var.literal, marks_item.a.secret]
              sensitive = true
            }

            """, to: "modules/app/main.tf")
        try project.write(canaries.file.value + "\n", to: "\(project.scratch)/secrets/file")
        for (name, canary) in [("command", canaries.command), ("stack", canaries.stack)] {
            try project.write(canary.value, to: "\(project.scratch)/secrets/\(name)")
            try project.script("print-\(name)", "cat '\(project.scratch)/secrets/\(name)'\n")
        }
        try project.writeStack(
            "one",
            spec: """
                variables:
                  environment: {fromEnv: GIVEN}
                  file: {fromFile: ../scratch/secrets/file}
                  command: {fromCommand: [\(project.scratch)/print-command]}
                  literal: \(JSONValue.string(canaries.literal.value).text)
                  attribute: \(JSONValue.string(canaries.attribute.value).text)
                environment:
                - {name: P, fromCommand: [\(project.scratch)/print-stack]}
                - {name: TF_LOG, value: trace}
                """)
    }

    /// The command lines of everything that runs for this project, until the process has ended.
    private func commandLines(_ project: TestProject, while process: RunningProcess) async throws -> Set<String> {
        var lines: Set<String> = []
        try await eventually("`stack` ends") {
            for pid in project.livingProcesses { lines.insert(arguments(of: pid).joined(separator: " ")) }
            return !process.isRunning
        }
        return lines
    }

    @Test(arguments: [("warn", 0), ("fail", 1), ("panic", 1)])
    func `nothing that a provider tells gives a secret away`(telling: String, exitCode: Int32) async throws {
        try await withProject { project in
            let canaries = Canaries()
            try await write(project, canaries, telling: telling)
            let environment = ["GIVEN": canaries.environment.value, "REGISTRY_PASSWORD": canaries.caller.value]
            var results = [
                try await project.stack("plan", "one", "-v", environment: environment),
                try await project.stack("plan", "one", "--json-stream", environment: environment),
            ]
            try #require(results.map(\.exitCode) == [0, 0], "\(results.map(\.description))")
            let run = try await project.newestRun()
            let apply = try project.start(
                "apply", "--run", run, "--new", "--auto-approve", "-v", environment: environment)
            let lines = try await commandLines(project, while: apply)
            results.append(try await apply.result())
            #expect(results[2].exitCode == exitCode, "\(results[2].description)")
            // What it told has come, masked: the search below has something to find.
            let told = results[2].stderr
            #expect(told.contains("told: (sensitive) (sensitive)"), "\(told)")
            #expect(told.contains("[TRACE]"), "\(told)")
            #expect(lines.contains { $0.contains("apply -json") } && lines.contains { $0.contains("marks") })

            let backup = project.scratch + "/backup"
            for arguments in [
                ["logs", run], ["logs", run, "-v"], ["logs", run, "--json-stream"], ["run", run],
                ["run", run, "-o", "json"], ["runs", "-o", "json"], ["state", "list", "one"],
                ["state", "versions", "one", "-o", "json"], ["state", "show", "one", "marks_item.a"],
                ["output", "one"], ["output", "one", "-o", "json"], ["clusters", "list", "-o", "json"],
                ["list", "-o", "json"], ["doctor"], ["recover"], ["backup", backup],
            ] { results.append(try await project.start(try TestProject.program, arguments).result()) }

            let kept = try #require(FileManager.default.contents(atPath: backup))
            let texts =
                outputs(results) + files(project) + [("the backup", kept)]
                + lines.map { ("the arguments of a process", Data($0.utf8)) }
            #expect(leaks(of: canaries.all, in: texts) == [])
        }
    }
}
