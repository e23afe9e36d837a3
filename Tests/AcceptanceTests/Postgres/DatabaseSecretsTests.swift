import Foundation
import Glibc
import TestSupport
import Testing

/// What must not be found where a shared database, its backups and the processes of a run can be read.
@Suite struct DatabaseSecretsTests {
    @Test func `neither a sensitive value nor the key or the password is found in a dump, an output or a process`()
        async throws
    {
        let value = "sehr-geheim-\(UUID().uuidString)"
        let password = "pw-\(UUID().uuidString)"
        let key = makeKey()
        try await withDatabase { database in
            let url = database.replacing("//stack@", with: "//stack:\(password)@")
            try await withSharedProject(at: url, key: key) { project in
                try write(project)
                let environment = ["TOKEN_OF_TEST": value]
                let plan = try await project.stack("plan", "dev", environment: environment)
                #expect(plan.exitCode == 0, "\(plan.description)")
                let run = try await project.newestRun()
                let terminal = try project.start(
                    "apply", "--run", run, "--new", "--auto-approve", environment: environment)
                try await eventually("the apply stands still") { project.exists("\(project.scratch)/reached") }

                // Terraform has the value, from its variables, and nothing of what `stack` works with.
                let terraform = try #require(project.terraform(of: run))
                for pid in [terraform] + children(of: terraform) {
                    let text = try visible(pid)
                    for secret in [password, key] { #expect(!text.contains(secret), "\(arguments(of: pid))") }
                    #expect(!text.contains("STACK_DATABASE_URL") && !text.contains("STACK_ENCRYPTION_KEY"))
                }
                for pid in processes(withEnvironment: "STACK_RUN_ID", value: run) + [terminal.pid] {
                    let words = arguments(of: pid).joined(separator: " ")
                    for secret in [value, password, key] { #expect(!words.contains(secret), "\(words)") }
                }
                try project.write("", to: "\(project.scratch)/go")
                let applied = try await terminal.result()
                #expect(applied.exitCode == 0, "\(applied.description)")

                let dump = try await project.run("pg_dump", "--dbname", database, "--inserts")
                #expect(dump.exitCode == 0 && dump.stdout.contains("INSERT INTO public.run_event"), "\(dump.stderr)")
                let outputs = [
                    plan, applied, dump, try await project.stack("logs", run),
                    try await project.stack("logs", run, "--json-stream"), try await project.stack("run", run),
                    try await project.stack("run", run, "-o", "json"), try await project.stack("doctor"),
                    try await project.stack("state", "locks", "-o", "json"),
                ]
                for output in outputs {
                    for secret in encodings(of: [value, password, key]) {
                        #expect(!(output.stdout + output.stderr).contains(secret), "\(output.command)")
                    }
                }
                // It is there, sealed: what is looked for is not simply missing.
                #expect(try await project.stack("state", "pull", "dev").stdout.contains(value))
                #expect(!(try project.read("stack.lock")).contains(password))
            }
        }
    }

    private func write(_ project: TestProject) throws {
        try project.write(
            """
            variable "token" {
              type      = string
              sensitive = true
            }

            resource "terraform_data" "item" {
              input = var.token
              provisioner "local-exec" {
                command     = "echo $TOKEN; touch reached; until test -e go; do sleep 0.05; done"
                working_dir = "\(project.scratch)"
                environment = {TOKEN = var.token}
              }
            }

            output "token" {
              value     = var.token
              sensitive = true
            }
            """, to: "modules/app/main.tf")
        try project.writeStack("dev", spec: "variables: {token: {fromEnv: TOKEN_OF_TEST}}")
    }

    private func encodings(of secrets: [String]) -> [String] {
        secrets.flatMap { secret in
            [
                secret, Data(secret.utf8).base64EncodedString(), Data(secret.utf8).map { hex($0) }.joined(),
            ]
        }
    }

    private func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }

    /// What others can read of a process.
    private func visible(_ pid: pid_t) throws -> String {
        let environment = try #require(FileManager.default.contents(atPath: "/proc/\(pid)/environ"))
        return arguments(of: pid).joined(separator: " ") + String(decoding: environment, as: UTF8.self)
    }

    private func children(of pid: pid_t) -> [pid_t] {
        let text = (try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)) ?? ""
        return text.split(separator: " ").compactMap { pid_t($0) }
    }
}
