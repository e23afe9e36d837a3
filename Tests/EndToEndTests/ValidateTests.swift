import JSON
import TestSupport
import Testing

@Suite struct ValidateTests {
    @Test func `the result comes as JSON, YAML and names`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeAppStack("b")
            #expect(try await project.stack("validate", "-o", "json").json == ["stacks": 2, "diagnostics": []])
            expect(
                try await project.stack("validate", "-o", "yaml"), in: project,
                stdout: """
                    diagnostics: []
                    stacks: 2
                    """)
            expect(
                try await project.stack("validate", "-o", "name"), in: project, stdout: "a\nb",
                stderr: "Valid: 2 stacks, 0 templates.")
        }
    }

    @Test func `problems stand in the document, or beside the names`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack("a")
            try project.writeStack("b", spec: "variables: {nodse: 1}")
            let yaml = try await project.stack("validate", "-o", "yaml")
            expect(yaml, in: project, exit: 1, stdout: nil)
            #expect(yaml.stdout.contains("  message: the module `modules/app` declares no variable `nodse`\n"))
            let names = try await project.stack("validate", "-o", "name")
            expect(names, in: project, exit: 1, stdout: "a\nb", stderr: nil)
            #expect(names.stderr.hasPrefix("stacks/b.yaml:6:22: error: "), "\(names.description)")
        }
    }
}
