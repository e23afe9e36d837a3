import TestSupport
import Testing

@Suite struct ProtectTests {
    private func protectedProject(_ project: TestProject, size: String = "small", nodes: Int = 2) throws {
        try project.writeAppStack(size: size, nodes: nodes, more: "protect: true")
    }

    @Test func `a protected stack may grow, but a plan that deletes is refused until each address is allowed`()
        async throws
    {
        try await withProject { project in
            try project.writeApp()
            try protectedProject(project)
            try await project.applyNew()
            try protectedProject(project, nodes: 1)
            expect(
                try await project.stack("apply", "dev", "--auto-approve", "-q"), in: project, exit: 3, stdout: nil,
                stderr: """
                    error: the stack `dev` is protected, and its plan would take something away
                    note: terraform_data.node[1]: destroyed

                    hint: Remove `spec.protect`, or allow each: --allow-destroy 'terraform_data.node[1]'
                    """)
            #expect(try await project.addresses(of: "dev").count == 3)
            let allowed = try await project.stack(
                "apply", "dev", "--auto-approve", "--allow-destroy", "terraform_data.node[1]")
            #expect(allowed.exitCode == 0, "\(allowed.description)")
            #expect(try await project.addresses(of: "dev").count == 2)
        }
    }

    @Test func `replacements and destroys are refused, for every address that was not allowed`() async throws {
        try await withProject { project in
            try project.writeApp()
            try protectedProject(project)
            try await project.applyNew()
            try protectedProject(project, size: "large")
            let replace = try await project.stack(
                "apply", "dev", "--auto-approve", "--allow-destroy", "terraform_data.node[0]", "-q")
            #expect(replace.exitCode == 3)
            #expect(replace.stderr.contains("\nnote: terraform_data.node[1]: replaced\n"), "\(replace.description)")
            #expect(!replace.stderr.contains("node[0]"))
            let destroy = try await project.stack("destroy", "dev", "--auto-approve", "-q")
            #expect(destroy.exitCode == 3)
            #expect(destroy.stderr.contains("\nnote: terraform_data.network: destroyed\n"), "\(destroy.description)")
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `forgetting a resource takes it away too`() async throws {
        try await withProject { project in
            try project.writeApp()
            try protectedProject(project)
            try await project.applyNew()
            try project.write(
                """
                variable "size" {}
                variable "nodes" {}

                removed {
                  from = terraform_data.node
                  lifecycle {
                    destroy = false
                  }
                }

                resource "terraform_data" "network" {
                  input = "10.0.0.0/16"
                }
                """, to: "modules/app/main.tf")
            let result = try await project.stack("apply", "dev", "--auto-approve", "-q")
            #expect(result.exitCode == 3)
            #expect(result.stderr.contains("\nnote: terraform_data.node[0]: forgotten\n"), "\(result.description)")
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }

    @Test func `the executor checks it again for a plan that was made before the protection`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(nodes: 2)
            try await project.applyNew()
            try project.writeAppStack(nodes: 1)
            let run = try await project.plannedRun()
            try protectedProject(project, nodes: 1)
            let result = try await project.stack("apply", "--run", run, "--auto-approve", "-q")
            #expect(result.exitCode == 3)
            #expect(result.stderr.contains("is protected"))
            let direct = try await project.stack("execute", run)
            #expect(direct.exitCode == 3)
            #expect(direct.stderr.contains("is protected"))
            #expect(try await project.addresses(of: "dev").count == 3)
        }
    }
}
