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
                  protect: yes
                """, to: "stacks/dev.yaml")
            expect(
                try await project.stack("validate"), in: project, exit: 1,
                stderr: """
                    stacks/dev.yaml:3:18: error: PLACEHOLDER
                    """)
            let json = try await project.stack("validate", "-o", "json")
            #expect(try json.json["diagnostics"]?.arrayValue?.count == 3)
            #expect(try await project.stack("plan", "--all").exitCode == 1)
        }
    }

    @Test func `variables are checked against the module before Terraform starts`() async throws {
        try await withProject { project in
            try project.write(
                "variable \"region\" {\n  type = string\n}\n\nvariable \"size\" {\n  type = number\n}\n",
                to: "modules/app/main.tf")
            try project.writeStack("dev", spec: "variables:\n  size: [1]\n  regoin: eu")
            try project.wrapTerraform("echo \"$@\" >> \(project.scratch)/calls")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    PLACEHOLDER
                    """)
            #expect(!(try project.read("\(project.scratch)/calls")).contains("plan"))
        }
    }

    @Test func `a field that nothing carries out yet is refused by name`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "policyEngine: {type: TRIVY}")
            #expect(try await project.stack("validate").exitCode == 0)
            for command in ["plan", "apply", "destroy"] {
                let result = try await project.stack(command, "dev", "-q")
                expect(
                    result, in: project, exit: 3,
                    stderr: """
                        PLACEHOLDER
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

    @Test func `an error of Terraform shows its place and its line`() async throws {
        try await withProject { project in
            try project.write("resource \"terraform_data\" \"x\" {\n  input = var.missing\n}\n", to: "modules/app/main.tf")
            try project.writeStack("dev")
            expect(
                try await project.stack("plan", "dev"), in: project, exit: 1,
                stderr: """
                    PLACEHOLDER
                    """)
            #expect(try await project.status(of: try await project.newestRun()) == "failed")
        }
    }
}
