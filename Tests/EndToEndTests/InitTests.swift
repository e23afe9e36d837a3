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
}
