import Foundation
import JSON
import TestSupport
import Testing

/// What Terraform and everything that it starts can see of the caller.
@Suite struct EnvironmentTests {
    private func seen(_ project: TestProject) throws -> [String: String] {
        let text = try project.read(project.scratch + "/env")
        let pairs = text.split(separator: "\0").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }

    @Test func `the environment is the table's, and no descriptor but the three standard ones is open`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "a" {
                  provisioner "local-exec" {
                    command = "env -0 > '\(project.scratch)/env'; ls -l /proc/$PPID/fd > '\(project.scratch)/fds'; ls /proc/self/fd > '\(project.scratch)/own'; readlink /proc/$PPID/fd/0 > '\(project.scratch)/stdin'"
                  }
                }

                """, to: "modules/app/main.tf")
            try project.writeStack(
                "one", spec: "environment: [{name: FROM_STACK, value: x}, {name: AWS_REGION, value: mine}]")
            try project.write("", to: project.scratch + "/rc")
            let given = [
                "AWS_ACCESS_KEY_ID": "key", "AWS_REGION": "theirs", "KUBECONFIG": "/k", "VAULT_ADDR": "v",
                "ANYTHING": "y",
                "HTTPS_PROXY": "", "SSH_AUTH_SOCK": "/s", "XDG_CONFIG_HOME": "/x", "TZ": "UTC",
                "TF_CLI_CONFIG_FILE": project.scratch + "/rc", "TF_TOKEN_example_com": "t",
                "TF_REGISTRY_CLIENT_TIMEOUT": "9",
            ]
            let left = [
                "TF_VAR_x": "1", "TF_CLI_ARGS": "-help", "TF_CLI_ARGS_plan": "-destroy", "TF_WORKSPACE": "missing",
                "TF_DATA_DIR": "/nowhere", "TF_LOG": "TRACE", "TF_STATE_PERSIST_INTERVAL": "99", "STACK_SECRET": "s",
            ]
            let applied = try await project.stack(
                "apply", "one", "--new", "--auto-approve", environment: given.merging(left) { $1 })
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(
                applied.stderr.contains(
                    left.keys.sorted().map { "`\($0)`" }.joined(separator: ", ")
                        + " of your environment are not passed to Terraform"), "\(applied.description)")

            var expected = project.environment.merging(given) { $1 }
            expected.merge([
                "FROM_STACK": "x", "AWS_REGION": "mine", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0",
                "CHECKPOINT_DISABLE": "1", "STACK_RUN_ID": try await project.newestRun(),
            ]) { $1 }
            var seen = try seen(project)
            expected["STACK_DATABASE_URL"] = nil
            // A shell's own.
            for name in ["PWD", "OLDPWD", "SHLVL", "_"] { seen[name] = nil }
            #expect(seen == expected)

            let own = try project.read(project.scratch + "/own").split(separator: "\n").map(String.init)
            #expect(own.count <= 4, "0, 1, 2 and the folder that `ls` reads: \(own)")
        }
    }

    @Test func `Terraform itself holds nothing but its three streams at its start`() async throws {
        try await withProject { project in
            let found = try await project.run("sh", "-c", "command -v terraform").stdout
            let real = found.trimmingCharacters(in: .whitespacesAndNewlines)
            let wrapper = try project.script(
                "terraform",
                """
                ls /proc/self/fd | sort -n | tr '\\n' ' ' >> '\(project.scratch)/fds'
                readlink /proc/$$/fd/0 >> '\(project.scratch)/stdin'
                echo "$(cut -d' ' -f6 /proc/$$/stat) $$" >> '\(project.scratch)/sessions'
                exec '\(real)' "$@"

                """)
            try project.write(
                "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nmetadata: {name: fleet}\nspec: {terraform: {binary: \(wrapper)}}\n",
                to: "stack.yaml")
            try project.write("resource \"terraform_data\" \"a\" {}\n", to: "modules/app/main.tf")
            try project.writeStack("one")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            // 3 is the folder that `ls` reads. Version, init, plan, show; version, which of a script is not remembered,
            // and apply.
            let descriptors = try project.read(project.scratch + "/fds")
            #expect(descriptors == String(repeating: "0 1 2 3 ", count: 6))
            let inputs = Set(try project.read(project.scratch + "/stdin").split(separator: "\n"))
            #expect(inputs == ["/dev/null"])
            for line in try project.read(project.scratch + "/sessions").split(separator: "\n") {
                let numbers = line.split(separator: " ")
                #expect(numbers[0] == numbers[1], "each leads a session of its own")
            }
        }
    }

    @Test func `values come from the environment, a file or a command, for both kinds of variables`() async throws {
        try await withProject { project in
            try project.write(
                """
                variable "env" { type = string }
                variable "file" { type = string }
                variable "command" { type = map(number) }
                output "all" { value = [nonsensitive(var.env), var.file, var.command] }
                resource "terraform_data" "a" {
                  provisioner "local-exec" {
                    command = "env -0 > '\(project.scratch)/env'"
                  }
                }

                """, to: "modules/app/main.tf")
            try project.write("from a file\n", to: "secrets/value")
            let command = try project.script("value", "echo '{\"a\": 1}'\n")
            let spec = """
                variables:
                  env: {fromEnv: GIVEN}
                  file: {fromFile: secrets/value}
                  command: {fromCommand: [\(command)]}
                environment:
                - {name: E_ENV, fromEnv: GIVEN}
                - {name: E_FILE, fromFile: secrets/value}
                - {name: E_COMMAND, fromCommand: [\(command)]}
                """
            try project.writeStack("one", spec: spec)
            try project.replace("nonsensitive(var.env)", with: "var.env", in: "modules/app/main.tf")
            let applied = try await project.stack(
                "apply", "one", "--new", "--auto-approve", environment: ["GIVEN": "from the environment"])
            #expect(applied.exitCode == 0, "\(applied.description)")
            let outputs = try await project.state(of: "one")["outputs"]?["all"]?["value"]
            #expect(outputs == ["from the environment", "from a file", ["a": 1]])
            let seen = try seen(project)
            #expect(seen["E_ENV"] == "from the environment")
            #expect(seen["E_FILE"] == "from a file")
            #expect(seen["E_COMMAND"] == "{\"a\": 1}")

            let missing = try await project.stack("plan", "one")
            #expect(missing.exitCode == 1, "\(missing.description)")
            #expect(missing.stderr.contains("the environment variable `GIVEN` is not set"), "\(missing.description)")
            #expect(missing.stderr.contains("stacks/one.yaml:"), "\(missing.description)")
        }
    }
}
