import TestSupport
import Testing

@Suite struct InitTests {
    @Test func `a project made by init plans and applies at once`() async throws {
        try await withProject { project in
            let made = try await project.stack("init")
            #expect(made.exitCode == 0, "\(made.description)")
            let plan = try await project.stack("plan", "example")
            #expect(plan.exitCode == 0, "\(plan.description)")
            let applied = try await project.stack("apply", "example", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.stack("output", "example", "greeting").stdout == "hello\n")
        }
    }

    @Test func `init leaves what is there, and a project that is there alone`() async throws {
        try await withProject { project in
            try project.write("mine\n", to: "elsewhere/.gitignore")
            let made = try await project.stack("init", "elsewhere")
            #expect(made.exitCode == 0)
            #expect(made.stderr.contains("kept     .gitignore\n"), "\(made.description)")
            #expect(try project.read("elsewhere/.gitignore") == "mine\n")
            #expect(try await project.stack("validate", "-C", "elsewhere").exitCode == 0)
            expect(
                try await project.stack("init", "elsewhere"), in: project, exit: 64,
                stderr: "error: `<project>/elsewhere` holds a project already: there is a `stack.yaml`")
        }
    }
}
