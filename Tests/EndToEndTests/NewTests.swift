import Foundation
import JSON
import TestSupport
import Testing

@Suite struct NewTests {

    @Test func `a stack from a template plans and applies in one go`() async throws {
        try await withTemplates { project in
            let made = try await project.stack(
                "new", "dev", "--template", "sandbox-cluster", "--set", "name=dev", "--set", "kubernetes_version=1.33",
                "--set", "node_count=2")
            expect(
                made, in: project,
                stdout: """
                    diff --git a/stacks/dev.yaml b/stacks/dev.yaml
                    new file mode 100644
                    --- /dev/null
                    +++ b/stacks/dev.yaml
                    @@ -0,0 +1,15 @@
                    +apiVersion: stacks.fleet/v1alpha1
                    +kind: InfrastructureStack
                    +metadata:
                    +  name: dev
                    +spec:
                    +  template:
                    +    name: sandbox-cluster
                    +    version: ~> 1.0
                    +  variables:
                    +    # Name of the cluster
                    +    name: dev
                    +    # Version of the control plane
                    +    kubernetes_version: "1.33"
                    +    # How many nodes the default pool has
                    +    node_count: 2
                    """,
                stderr: """
                    Written: 1 file.
                    Next: stack plan dev
                    """)
            let planned = try await project.stack("plan", "dev")
            #expect(planned.exitCode == 0, "\(planned.description)")
            try await project.applyNew("dev")
            #expect(try await project.stack("output", "dev", "cluster_version").stdout == "1.33\n")
            expect(
                try await project.stack("new", "dev", "--template", "sandbox-cluster", "--set", "name=dev"),
                in: project,
                exit: 64,
                stderr: """
                    error: there is a stack `dev` already
                    stacks/dev.yaml:4:9: note: defined here
                    """)
        }
    }

    @Test func `a dry run shows the files and writes nothing`() async throws {
        try await withTemplates { project in
            let before = project.files()
            let shown = try await project.stack(
                "new", "dev", "--template", "form@1.0.0", "--set", "size=small", "--dry-run", "-o", "json")
            #expect(shown.exitCode == 0 && shown.stderr == "", "\(shown.description)")
            #expect(
                try shown.json == [
                    "files": [
                        [
                            "path": "stacks/dev.yaml", "action": "create",
                            "content": .string(
                                """
                                apiVersion: stacks.fleet/v1alpha1
                                kind: InfrastructureStack
                                metadata:
                                  name: dev
                                spec:
                                  template:
                                    name: form
                                    version: 1.0.0
                                  variables:
                                    # How large
                                    size: small

                                """),
                        ]
                    ]
                ])
            #expect(project.files() == before)
        }
    }

    @Test func `wrong and missing answers are told at once, and nothing is written`() async throws {
        try await withTemplates { project in
            let before = project.files()
            expect(
                try await project.stack(
                    "new", "dev", "--template", "form", "--set", "amount=many", "--set", "siez=small", "--set-json",
                    "token=1"), in: project, exit: 64,
                stderr: """
                    error: `amount` must be a whole number, not `many`
                    templates/form/template.yaml:8:14: note: the parameter is declared here

                    error: there is no parameter `siez`

                    hint: did you mean `size`?

                    error: `token` must be `fromEnv:NAME` or `fromFile:PATH`: where a run finds the password
                    templates/form/template.yaml:9:14: note: the parameter is declared here

                    hint: a password itself is never taken: it would be written to a file in clear text

                    error: `token` is only asked for when `size` is `large`; `size` is not set
                    templates/form/template.yaml:9:72: note: the condition stands here

                    hint: leave `token` out, or change `size`

                    error: `size` is missing
                    templates/form/template.yaml:7:14: note: `size`: How large

                    hint: give `--set size=small|large`

                    5 errors
                    """)
            #expect(project.files() == before)
        }
    }

    @Test func `a mistake that the new files would make blocks them, one that is there already does not`()
        async throws
    {
        try await withTemplates { project in
            try project.write("a: [", to: "stacks/broken.yaml")
            let made = try await project.stack("new", "one", "--template", "form", "--set", "size=small")
            #expect(made.exitCode == 0, "\(made.description)")
            #expect(
                made.stderr == """
                    The project has 1 mistake of its own; `stack validate` shows it.
                    Written: 1 file.
                    Next: stack plan one

                    """)
            // The module wants what the form does not know.
            try project.write(
                try project.read("templates/form/main.tf") + "\nvariable \"zone\" {\n  type = string\n}\n",
                to: "templates/form/main.tf")
            let before = project.files()
            let refused = try await project.stack("new", "two", "--template", "form", "--set", "size=small")
            #expect(refused.exitCode == 1 && refused.stdout == "", "\(refused.description)")
            #expect(
                refused.stderr.contains("stacks/two.yaml:4:9: error: variable `zone` is not set"),
                "\(refused.description)")
            #expect(project.files() == before)
        }
    }

    @Test func `on a terminal what is missing is asked, a wrong answer again, and the files are agreed to`()
        async throws
    {
        try await withTemplates { project in
            let terminal = try project.terminal("new", "dev", "--template", "form")
            try await terminal.wait(for: "size: How large\n  one of small, large\nsize: ")
            terminal.type("huge\n")
            try await terminal.wait(for: "error: `size` must be one of `small`, `large`")
            terminal.type("large\n")
            try await terminal.wait(for: "amount [1]: ")
            terminal.type("\n")
            try await terminal.wait(for: "token (optional): ")
            terminal.type("fromEnv:TOKEN\n")
            try await terminal.wait(for: "+      fromEnv: TOKEN\nWrite 1 file? Only `yes` is accepted: ")
            terminal.type("yes\n")
            #expect(try await terminal.exitCode() == 0, "\(terminal.text)")
            #expect(
                try project.read("stacks/dev.yaml").hasSuffix(
                    """
                      variables:
                        # How large
                        size: large
                        token:
                          fromEnv: TOKEN

                    """))
        }
    }

    @Test(arguments: ["no\n", "\u{04}", "\u{03}"])
    func `a no, the end of input and Ctrl-C write nothing`(answer: String) async throws {
        try await withTemplates { project in
            let before = project.files()
            let terminal = try project.terminal("new", "dev", "--template", "form")
            try await terminal.wait(for: "size: How large\n  one of small, large\nsize: ")
            if answer == "no\n" {
                terminal.type("small\n")
                try await terminal.wait(for: "amount [1]: ")
                terminal.type("\n")
                try await terminal.wait(for: "Write 1 file?")
            }
            terminal.type(answer)
            #expect(try await terminal.exitCode() == (answer == "\u{03}" ? 130 : 3), "\(terminal.text)")
            #expect(terminal.text.lowercased().contains("nothing was written"), "\(terminal.text)")
            #expect(project.files() == before)
        }
    }

    @Test func `with everything given nothing is asked on a terminal, and with --no-input neither`() async throws {
        try await withTemplates { project in
            let full = try project.terminal("new", "one", "--template", "form", "--set", "size=small")
            #expect(try await full.exitCode() == 0, "\(full.text)")
            #expect(project.exists("stacks/one.yaml"))
            let silent = try project.terminal("new", "two", "--template", "form", "--no-input")
            #expect(try await silent.exitCode() == 64, "\(silent.text)")
            #expect(silent.text.contains("error: `size` is missing"))
        }
    }

    @Test func `a template writes files of its own, filled in with the answers`() async throws {
        try await withTemplates { project in
            try project.write(
                try project.read("templates/form/template.yaml")
                    + """

                      scaffold:
                        - {source: files/stack.yaml, destination: "stacks/{{ context.size }}/{{ context.name }}.yaml"}
                    """.replacingOccurrences(of: "\n      ", with: "\n  "), to: "templates/form/template.yaml")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: {{ context.name }}}
                spec:
                  template: {name: form}
                  variables: {size: {{ context.size }}, amount: {{ context.amount }}}

                """, to: "templates/form/files/stack.yaml")
            let made = try await project.stack("new", "dev", "--template", "form", "--set", "size=small")
            #expect(made.exitCode == 0, "\(made.description)")
            #expect(try project.read("stacks/small/dev.yaml").hasSuffix("variables: {size: small, amount: 1}\n"))
            #expect(made.stderr == "Written: 1 file.\nNext: stack plan dev\n")

            try project.replace("context.amount", with: "context.amuont", in: "templates/form/files/stack.yaml")
            let refused = try await project.stack("new", "two", "--template", "form", "--set", "size=small")
            #expect(refused.exitCode == 1, "\(refused.description)")
            #expect(refused.stderr.hasPrefix("templates/form/files/stack.yaml:6:"), "\(refused.description)")
            #expect(!project.exists("stacks/small/two.yaml"))
        }
    }

    @Test
    func `an automation of Plural's makes and changes files like a template, and a template of its name is an error`()
        async throws
    {
        try await withTemplates { project in
            try project.write(
                """
                apiVersion: deployments.plural.sh/v1alpha1
                kind: PrAutomation
                metadata: {name: region}
                spec:
                  name: region
                  title: "Add {{ context.name }}"
                  message: "In {{ context.region }}"
                  creates:
                    templates:
                      - {source: blueprints/stack.yaml, destination: "stacks/{{ context.name }}.yaml"}
                  updates:
                    regexReplacements:
                      - {file: regions.txt, regex: "^all:", replacement: "all: {{ context.region }}"}
                  configuration:
                    - {name: region, type: ENUM, values: [eu, us], documentation: Where it runs}
                """, to: "stacks/automations.yaml")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: {{ context.name }}, labels: {region: {{ context.region }}}}
                spec:
                  template: {name: form}
                  variables: {size: small}

                """, to: "blueprints/stack.yaml")
            try project.write("all: us\n", to: "regions.txt")
            let before = project.files()
            let missing = try await project.stack("new", "dev", "--template", "region")
            #expect(
                missing.exitCode == 64 && missing.stderr.hasPrefix("error: `region` is missing\n"),
                "\(missing.description)")
            #expect(project.files() == before)

            let made = try await project.stack("new", "dev", "--template", "region", "--set", "region=eu")
            expect(made, in: project, stdout: nil, stderr: "Written: 2 files.\nNext: stack plan dev")
            #expect(try project.read("regions.txt") == "all: eu us\n")
            #expect(try project.read("stacks/dev.yaml").contains("labels: {region: eu}"))

            try project.replace("name: form}", with: "name: region}", in: "templates/form/template.yaml")
            let both = try await project.stack("new", "two", "--template", "region", "--set", "region=eu")
            #expect(both.exitCode == 64, "\(both.description)")
            #expect(both.stderr.hasPrefix("error: both a template and an automation have the name `region`\n"))
        }
    }
}

/// A project with the templates that ship, and a template with a form of every kind.
func withTemplates(_ body: (TestProject) async throws -> Void) async throws {
    try await withProject { project in
        try FileManager.default.copyItem(atPath: repository + "/templates", toPath: project.path("templates"))
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: StackTemplate
            metadata: {name: form}
            spec:
              version: 1.0.0
              parameters:
                - {name: size, type: ENUM, values: [small, large], documentation: How large}
                - {name: amount, type: INT, default: 1}
                - {name: token, type: PASSWORD, optional: true, condition: {field: size, operation: EQ, value: large}}
            """, to: "templates/form/template.yaml")
        try project.write(
            """
            variable "size" {
              type = string
            }
            variable "amount" {
              type = number
            }
            variable "token" {
              type    = string
              default = null
            }
            """, to: "templates/form/main.tf")
        try project.write("", to: "stacks/.keep")
        try await body(project)
    }
}
