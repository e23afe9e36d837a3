import Foundation
import JSON
import TestSupport
import Testing

/// `stack template new`.
@Suite struct NewTemplateTests {
    @Test func `a new template is sound, and a stack of it plans at once`() async throws {
        try await withTemplates { project in
            let made = try await project.stack("template", "new", "extra")
            expect(
                made, in: project, stdout: nil,
                stderr: """
                    Written: 8 files.
                    Next: edit templates/extra, then stack new NAME --template extra
                    """)
            #expect(
                project.files(below: "templates/extra")
                    == [
                        "README.md", "main.tf", "outputs.tf", "template.yaml", "tests/standard.yaml",
                        "tests/standard/files/stacks/demo.yaml", "tests/standard/plan.txt", "variables.tf",
                    ])
            let tested = try await project.stack("template", "test", "extra")
            #expect(tested.exitCode == 0, "\(tested.description)")
            #expect(tested.stderr.contains("extra 0.1.0: standard"), "\(tested.description)")
            let checked = try await project.stack("template", "check", "extra")
            #expect(checked.exitCode == 0, "\(checked.description)")
            let stack = try await project.stack("new", "dev", "--template", "extra", "--set", "name=dev")
            #expect(stack.exitCode == 0, "\(stack.description)")
            try await project.applyNew("dev")
            #expect(try await project.stack("output", "dev", "name").stdout == "dev\n")
        }
    }

    @Test func `a template copied from another has its files under a new name`() async throws {
        try await withTemplates { project in
            let made = try await project.stack("template", "new", "mine", "--from", "sandbox-cluster")
            #expect(made.exitCode == 0, "\(made.description)")
            let kept = project.files(below: "templates/sandbox-cluster").filter { !$0.hasPrefix("tests/standard/") }
            #expect(project.files(below: "templates/mine") == kept)
            #expect(made.stderr.hasSuffix("Next: stack template test mine --update\n"), "\(made.description)")
            #expect(try await project.stack("template", "test", "mine", "--update").exitCode == 0)
            let tested = try await project.stack("template", "test", "mine")
            #expect(tested.exitCode == 0, "\(tested.description)")
            let original = try project.read("templates/sandbox-cluster/template.yaml")
            #expect(
                try project.read("templates/mine/template.yaml")
                    == original.replacingOccurrences(of: "name: sandbox-cluster\n", with: "name: mine\n")
                    .replacingOccurrences(of: "version: 1.0.0\n", with: "version: 0.1.0\n"))
            let taken = try await project.stack("template", "new", "mine")
            #expect(taken.exitCode == 3)
            #expect(taken.stderr.hasPrefix("error: `templates/mine` is there already\n"))
        }
    }
}
