import Foundation
import JSON
import TestSupport
import Testing

/// Errors that help: all at once, with their places, before Terraform starts.
@Suite struct MistakeTests {
    @Test func `every mistake of a file is shown at once, with its line and a caret`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: Dev}
                spec:
                  path: modules/app
                  varaibles: {size: small}
                  protect: "on"
                """, to: "stacks/dev.yaml")
            expect(
                try await project.stack("validate"), in: project, exit: 1,
                stderr: """
                    stacks/dev.yaml:3:18: error: `Dev` is no name for `metadata.name`: allowed are lower-case letters, digits and `-` inside, at most 63 characters
                      3 │ metadata: {name: Dev}
                        │                  ^^^

                    stacks/dev.yaml:6:3: error: unknown field `varaibles` in `spec`; did you mean `variables`?
                      6 │   varaibles: {size: small}
                        │   ^^^^^^^^^

                    stacks/dev.yaml:7:12: error: `spec.protect` must be `true` or `false`, not `on`
                      7 │   protect: "on"
                        │            ^^^^

                    3 errors
                    """)
            let json = try await project.stack("validate", "-o", "json")
            #expect(try json.json["diagnostics"]?.arrayValue?.count == 3)
            #expect(try await project.stack("plan", "--all").exitCode == 1)
        }
    }

    @Test func `variables are checked against the module before Terraform starts`() async throws {
        try await withProject { project in
            try project.write("variable \"region\" {\n  type = string\n}\n", to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables:\n  regoin: eu")
            try project.wrapTerraform("echo \"$@\" >> \(project.scratch)/calls")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    stacks/dev.yaml:3:18: error: variable `region` is not set
                      3 │ metadata: {name: dev}
                        │                  ^^^
                    modules/app/main.tf:1:1: note: `region` is of type `string`

                    hint: add it to `spec.variables`; the module `modules/app` gives it no default

                    stacks/dev.yaml:7:13: error: the module `modules/app` declares no variable `regoin`
                      7 │     regoin: eu
                        │             ^^

                    hint: did you mean `region`?

                    2 errors
                    """)
            #expect(!(try project.read("\(project.scratch)/calls")).contains("plan"))
        }
    }

    @Test(arguments: [
        (
            "[no-such-tool, show]", "`no-such-tool` was not found on PATH",
            "Install `no-such-tool`, or add its folder to PATH"
        ),
        (
            "[tools/none]", "`<project>/tools/none` is not an executable file",
            "Check the path, and that `chmod +x` was done"
        ),
    ])
    func `a value whose program is not there is named at its place`(
        command: String, reason: String, hint: String
    ) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeStack("dev", spec: "variables:\n  size: {fromCommand: \(command)}")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    stacks/dev.yaml:7:11: error: the variable `size` has no value: \(reason)
                      7 │     size: {fromCommand: \(command)}
                        │           ^

                    hint: \(hint)
                    """)
        }
    }

    @Test(arguments: ["validate", "plan"])
    func `a folder without Terraform files is named at its place`(command: String) async throws {
        try await withProject { project in
            try project.write("no module", to: "docs/README.md")
            try project.writeStack("dev", module: "docs")
            expect(
                try await project.start(try TestProject.program, [command] + (command == "plan" ? ["dev"] : []))
                    .result(),
                in: project, exit: 1,
                stderr: """
                    stacks/dev.yaml:5:9: error: the folder `docs` holds no Terraform files
                      5 │   path: docs
                        │         ^^^^

                    hint: a module is a folder with `.tf` or `.tf.json` files
                    """)
        }
    }

    @Test func `validate of a file is about that file and the module that it runs, whatever else is wrong`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.write("oops\n", to: "modules/bad/main.tf")
            try project.writeStack("good")
            try project.writeStack("misspelt", spec: "varaibles: {size: small}")
            try project.writeStack("undeclared", spec: "variables: {sise: small}")
            try project.writeStack("unreadable", module: "modules/bad")
            expect(
                try await project.stack("validate", "stacks/good.yaml"), in: project,
                stderr: "Valid: 1 stack, 0 templates.")
            for (name, error) in [
                ("misspelt", "stacks/misspelt.yaml:6:3: error: unknown field `varaibles`"),
                ("undeclared", "stacks/undeclared.yaml:6:21: error: the module `modules/app` declares no variable"),
                ("unreadable", "modules/bad/main.tf:1:1: error: `oops` is neither an argument nor a block"),
            ] {
                let result = try await project.stack("validate", "stacks/\(name).yaml")
                #expect(result.exitCode == 1)
                #expect(result.stderr.hasPrefix(error), "\(result.description)")
                #expect(result.stderr.components(separatedBy: "error: ").count == 2, "\(result.description)")
            }
            #expect(try await project.stack("validate", "stacks/none.yaml").exitCode == 64)
        }
    }

    @Test func `a field that nothing carries out yet is refused by name`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "policyEngine: {type: TRIVY}")
            #expect(try await project.stack("validate").exitCode == 0)
            for command in ["plan", "apply", "destroy"] {
                let new = command == "plan" ? [] : ["--new"]
                let result = try await project.start(try TestProject.program, [command, "dev", "-q"] + new).result()
                expect(
                    result, in: project, exit: 3,
                    stderr: """
                        stacks/dev.yaml:7:3: error: the stack `dev` sets `spec.policyEngine`, which this version does not carry out
                          7 │   policyEngine: {type: TRIVY}
                            │   ^^^^^^^^^^^^

                        hint: Remove the field; planning past it would ignore what it asks for
                        """)
            }
        }
    }

    @Test func `an unknown stack suggests the nearest, and a folder without a project says how to make one`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("staging")
            expect(
                try await project.stack("plan", "stagng"), in: project, exit: 64,
                stderr: """
                    error: there is no stack `stagng`

                    hint: Did you mean `staging`?
                    """)
            expect(
                try await project.stack("plan", "dev", in: project.scratch), in: project, exit: 64,
                stderr: """
                    error: there is no project here: neither `<scratch>` nor a folder above it has a `stack.yaml` or a `stacks/`

                    hint: `stack init` makes one; `-C DIR` starts elsewhere
                    """)
        }
    }

    @Test(arguments: [
        ("stack.yaml", "kind: Project\nspec: {terraform: {version: '>= 99'}}", "stack.yaml:3:29: error: the project"),
        (
            "stacks/dev.yaml",
            "kind: InfrastructureStack\nmetadata: {name: dev}\nspec: {path: modules/app, configuration: {version: '>= 99'}}",
            "stacks/dev.yaml:4:52: error: the stack `dev`"
        ),
        (
            "modules/app/versions.tf", "terraform {\n  required_version = \">= 99\"\n}\n",
            "modules/app/versions.tf:2:22: error: the module"
        ),
    ])
    func `a Terraform that is not the one that is wanted plans nothing`(
        file: String, text: String, whom: String
    ) async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.write(
                file.hasSuffix(".tf") ? text : "apiVersion: stacks.fleet/v1alpha1\n" + text, to: file)
            let result = try await project.stack("plan", "dev")
            #expect(result.exitCode == 1)
            #expect(result.stderr.contains("\(whom) wants Terraform `>= 99`, and this is "), "\(result.description)")
            #expect(result.stderr.contains("│ ") && result.stderr.contains("^\n"), "\(result.description)")
            #expect(result.stdout.isEmpty)
            #expect(!project.exists(".stack/cache/initialised"))
        }
    }

    @Test func `an error of Terraform shows its place and its line`() async throws {
        try await withProject { project in
            try project.write(
                "resource \"terraform_data\" \"x\" {\n  input = var.missing\n}\n", to: "modules/app/main.tf")
            try project.writeStack("dev")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    dev │ preparing
                    dev │ terraform init
                    dev │ planning
                    dev │ error: Reference to undeclared input variable
                    dev │   modules/app/main.tf:2:11, in resource "terraform_data" "x"
                    dev │   2 |   input = var.missing
                    dev │     |           ^^^^^^^^^^^
                    dev │
                    dev │   An input variable with the name "missing" has not been declared. This variable can be declared with a variable "missing" {} block.
                    dev │ failed: Terraform could not plan (<duration>)
                    """)
            #expect(try await project.status(of: try await project.newestRun()) == "failed")
        }
    }

    @Test(arguments: [("tags: {a: b}\n  size: large", 8), ("size: large", 7)])
    func `a variable that Terraform refuses is shown where the definition sets it`(
        variables: String, line: Int
    ) async throws {
        try await withProject { project in
            try project.write(
                """
                variable "size" {
                  type = string

                  validation {
                    condition     = var.size == "small"
                    error_message = "The size is small."
                  }
                }

                variable "tags" {
                  type    = map(string)
                  default = {}
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables:\n  \(variables)")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    dev │ preparing
                    dev │ terraform init
                    dev │ planning
                    dev │ error: Invalid value for variable
                    dev │   stacks/dev.yaml:\(line):11
                    dev │   \(line) |     size: large
                    dev │     |           ^^^^^
                    dev │     | var.size is "large"
                    dev │
                    dev │   The size is small.
                    dev │
                    dev │   This was checked by the validation rule at main.tf:4,3-13.
                    dev │ failed: Terraform could not plan (<duration>)
                    """)
            let stream = try await project.stack("plan", "dev", "--json-stream").jsonLines
            let range = stream.compactMap { $0["event"]?["diagnostic"]?["range"] }.first
            #expect(
                range == [
                    "filename": "stacks/dev.yaml", "start": ["line": JSONValue(integerLiteral: line), "column": 11],
                    "end": ["line": JSONValue(integerLiteral: line), "column": 16],
                ])
        }
    }

    @Test func `the line of a sensitive variable that Terraform refuses is not shown`() async throws {
        try await withProject { project in
            try project.write(
                """
                variable "token" {
                  type      = string
                  sensitive = true

                  validation {
                    condition     = length(var.token) > 100
                    error_message = "The token is too short."
                  }
                }
                """, to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables: {token: 'it''s-a-secret'}")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    dev │ preparing
                    dev │ terraform init
                    dev │ planning
                    dev │ error: Invalid value for variable
                    dev │   stacks/dev.yaml:6:22
                    dev │
                    dev │   The token is too short.
                    dev │
                    dev │   This was checked by the validation rule at main.tf:5,3-13.
                    dev │ failed: Terraform could not plan (<duration>)
                    """)
        }
    }

    @Test func `an error in a module that is called is shown from the project's root`() async throws {
        try await withProject { project in
            try project.write("module \"shared\" {\n  source = \"../shared\"\n}\n", to: "modules/app/main.tf")
            try project.write(
                "resource \"terraform_data\" \"x\" {\n  provisioner \"local-exec\" {\n    command = \"exit 7\"\n  }\n}\n",
                to: "modules/shared/main.tf")
            try project.writeStack("dev")
            let result = try await project.stack("apply", "dev", "--new", "--auto-approve")
            #expect(result.exitCode == 1)
            #expect(
                result.stderr.contains("dev │   modules/shared/main.tf:2:28, in resource \"terraform_data\" \"x\""),
                "\(result.description)")
        }
    }
}
