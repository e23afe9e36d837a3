import Foundation
import TestSupport
import Testing

/// `stack set`: what is in the file before and after, byte for byte.
@Suite struct SetTests {
    private static let stack = """
        # Who to ask: sre.
        apiVersion: stacks.fleet/v1alpha1
        kind: InfrastructureStack
        metadata:
          name: dev
          labels: {env: dev}   # for selecting
        spec:
          extends: [base/app.yaml]

          variables:
            # The control plane.
            version: 1.29
            zones: ['a', 'b']
            tags: {team: core}

          approval: false # asked nobody
        ---
        # A second document.
        apiVersion: stacks.fleet/v1alpha1
        kind: InfrastructureStack
        metadata: {name: other}
        spec: {path: modules/app, variables: {version: "1"}}

        """

    private func withStacks(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            try project.write(
                """
                variable "version" { type = string }
                variable "count_of_nodes" {
                  type    = number
                  default = 1
                }
                variable "zones" {
                  type    = list(string)
                  default = []
                }
                variable "tags" {
                  type    = map(string)
                  default = {}
                }
                variable "free" { default = null }

                """, to: "modules/app/main.tf")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                spec:
                  path: modules/app
                  variables: {count_of_nodes: 3}
                  environment:
                    - {name: A, value: b}

                """, to: "stacks/base/app.yaml")
            try project.write(Self.stack, to: "stacks/dev.yaml", permissions: 0o640)
            try await body(project)
        }
    }

    @Test func `a value is changed where it stands, and shown as a difference`() async throws {
        try await withStacks { project in
            expect(
                try await project.stack("set", "dev", "variables.version=1.30"), in: project,
                stdout: """
                    diff --git a/stacks/dev.yaml b/stacks/dev.yaml
                    --- a/stacks/dev.yaml
                    +++ b/stacks/dev.yaml
                    @@ -9,7 +9,7 @@
                     
                       variables:
                         # The control plane.
                    -    version: 1.29
                    +    version: 1.30
                         zones: ['a', 'b']
                         tags: {team: core}
                     
                    """,
                stderr: """
                    Written: 1 file.
                    Next: stack plan dev
                    """)
            let after = Self.stack.replacingOccurrences(of: "version: 1.29", with: "version: 1.30")
            #expect(try project.read("stacks/dev.yaml") == after)
            let attributes = try FileManager.default.attributesOfItem(atPath: project.path("stacks/dev.yaml"))
            #expect(attributes[.posixPermissions] as? Int == 0o640)
        }
    }

    @Test func `several values are set in one go, each in its style`() async throws {
        try await withStacks { project in
            let result = try await project.stack(
                "set", "dev", "labels.tier=test", "variables.zones[1]=c", "variables.tags.cost=007", "approval=true",
                "variables.free=[1, two]", #"variables.tags."a.b"=yes"#)
            expect(result, in: project, stdout: nil, stderr: nil)
            let after = Self.stack
                .replacingOccurrences(of: "labels: {env: dev}", with: "labels: {env: dev, tier: test}")
                .replacingOccurrences(of: "zones: ['a', 'b']", with: "zones: ['a', 'c']")
                .replacingOccurrences(of: "{team: core}", with: #"{team: core, cost: "007", a.b: "yes"}"#)
                .replacingOccurrences(of: #""yes"}"#, with: "\"yes\"}\n    free:\n      - 1\n      - two")
                .replacingOccurrences(of: "approval: false # asked", with: "approval: true # asked")
            #expect(try project.read("stacks/dev.yaml") == after)
        }
    }

    @Test func `another document of the file is changed alone`() async throws {
        try await withStacks { project in
            expect(
                try await project.stack("set", "other", "spec.variables.version=1.30"), in: project, stdout: nil,
                stderr: nil)
            let after = Self.stack.replacingOccurrences(of: #"version: "1""#, with: #"version: "1.30""#)
            #expect(try project.read("stacks/dev.yaml") == after)
        }
    }

    @Test func `what comes from a base is overridden in the stack's own file`() async throws {
        try await withStacks { project in
            let result = try await project.stack("set", "dev", "variables.count_of_nodes=5")
            expect(result, in: project, stdout: nil, stderr: nil)
            #expect(
                result.stderr.hasPrefix(
                    "stacks/base/app.yaml:5:31: note: `spec.variables.count_of_nodes` comes from a base; `stacks/dev.yaml` overrides it\n"
                ), "\(result.description)")
            let after = Self.stack.replacingOccurrences(
                of: "tags: {team: core}\n", with: "tags: {team: core}\n    count_of_nodes: 5\n")
            #expect(try project.read("stacks/dev.yaml") == after)
            #expect(try project.read("stacks/base/app.yaml").contains("{count_of_nodes: 3}"))
        }
    }

    @Test func `null takes away what a base sets`() async throws {
        try await withStacks { project in
            expect(
                try await project.stack("set", "dev", "variables.count_of_nodes=null"), in: project, stdout: nil,
                stderr: nil)
            #expect(try project.read("stacks/dev.yaml").contains("    count_of_nodes: null\n"))
            let shown = try await project.stack("show", "dev", "--rendered")
            #expect(!shown.stdout.contains("count_of_nodes"), "\(shown.description)")
        }
    }

    @Test func `a dry run shows the difference and writes nothing`() async throws {
        try await withStacks { project in
            let result = try await project.stack("set", "dev", "approval=true", "--dry-run")
            expect(result, in: project, stdout: nil)
            #expect(
                result.stdout.hasSuffix(
                    "-  approval: false # asked nobody\n+  approval: true # asked nobody\n ---\n # A second document.\n apiVersion: stacks.fleet/v1alpha1\n"
                ), "\(result.description)")
            #expect(try project.read("stacks/dev.yaml") == Self.stack)
        }
    }

    @Test func `a value that is there already is nothing to write`() async throws {
        try await withStacks { project in
            expect(
                try await project.stack("set", "dev", "variables.tags.team=core"), in: project,
                stderr: "Nothing to write: everything is there already.")
        }
    }

    @Test(
        arguments: [
            (["nobody", "approval=true"], 64, "there is no stack `nobody`"),
            (["dev", "varaibles.version=1"], 1, "unknown field `varaibles` in `spec`; did you mean `variables`?"),
            (["dev", "variables.verison=1"], 1, "the module `modules/app` declares no variable `verison`"),
            (["dev", "approval=maybe"], 1, "`spec.approval` must be `true` or `false`"),
            (["dev", "approval"], 64, "`approval` sets nothing"),
            (["dev", "approval=true", "approval=false"], 64, "`spec.approval` is set twice"),
            (
                ["dev", "name=prod"], 64,
                "`spec.name` cannot be set: under another name everything is made a second time"
            ),
            (["dev", "variables.zones=[a"], 64, "`[a` is no list and no mapping: `,` or `]` is expected here"),
            (["dev", "variables.zones[5]=a"], 1, "the list has 2 items, there is none at 5"),
            (["dev", "variables.version.x=a"], 1, "`spec.variables.version` is a single value: it has no key `x`"),
            (
                ["dev", "environment[0].value=c"], 64,
                "`spec.environment` is a list of a base: `stacks/dev.yaml` can only override it as a whole"
            ),
            (["dev", "extends=[base/none.yaml]"], 1, "there is no file `stacks/base/none.yaml` to extend"),
        ] as [([String], Int32, String)])
    func `what cannot be set is told, and nothing of it is written`(
        arguments: [String], exitCode: Int32, message: String
    ) async throws {
        try await withStacks { project in
            let result = try await project.start(stack: ["set"] + arguments + ["variables.tags.new=x"]).result()
            expect(result, in: project, exit: exitCode, stdout: nil, stderr: nil)
            #expect(result.stderr.contains("error: \(message)"), "\(result.description)")
            #expect(try project.read("stacks/dev.yaml") == Self.stack)
        }
    }

    @Test func `a parameter of the template says what is allowed`() async throws {
        try await withProject { project in
            try project.write("variable \"size\" {}\nvariable \"version\" {}\n", to: "templates/app/main.tf")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: StackTemplate
                metadata: {name: app}
                spec:
                  version: 1.0.0
                  parameters:
                    - {name: size, type: ENUM, values: [small, large]}
                    - {name: version, type: STRING}

                """, to: "templates/app/template.yaml")
            let before = """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: dev}
                spec:
                  template: {name: app}
                  variables: {size: small, version: "1"}

                """
            try project.write(before, to: "stacks/dev.yaml")
            let wrong = try await project.stack("set", "dev", "variables.size=larg")
            expect(wrong, in: project, exit: 1, stderr: nil)
            #expect(
                wrong.stderr.hasPrefix(
                    "stacks/dev.yaml:6:21: error: `size` must be one of `small`, `large`, not `larg`\n"),
                "\(wrong.description)")
            #expect(wrong.stderr.hasSuffix("hint: did you mean `large`?\n"), "\(wrong.description)")
            expect(
                try await project.stack("set", "dev", "variables.version=1.30", "variables.size=large"), in: project,
                stdout: nil, stderr: nil)
            let after = before.replacingOccurrences(
                of: #"{size: small, version: "1"}"#, with: #"{size: large, version: "1.30"}"#)
            #expect(try project.read("stacks/dev.yaml") == after)
        }
    }
}
