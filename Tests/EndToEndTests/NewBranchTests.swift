import Foundation
import JSON
import TestSupport
import Testing

/// `stack new --pr`: a commit on a branch of its own.
@Suite struct NewBranchTests {
    @Test func `--pr commits just the files to a branch and leaves everything else as it is`() async throws {
        try await withTemplates { project in
            // The project is a folder of the repository.
            try await project.git("init", "--quiet", "--initial-branch=main", "..")
            try project.write("scratch/\n", to: "../.gitignore")
            try await project.git("add", "--all", "..")
            try await project.git("commit", "--quiet", "--message", "begin")
            try await project.git("remote", "add", "origin", "https://git.example.com/fleet.git")
            try project.write("staged\n", to: "staged.md")
            try await project.git("add", "staged.md")
            try project.write("untracked\n", to: "untracked.md")
            try project.write("#!/bin/sh\nexit 1\n", to: "../.git/hooks/pre-commit", permissions: 0o755)
            let before = try await project.git("status", "--porcelain=v2", "--branch")

            let made = try await project.stack("new", "dev", "--template", "form", "--set", "size=small", "--pr")
            let commit = try await project.git("rev-parse", "stack/new-dev").trimmingCharacters(in: .newlines)
            expect(
                made, in: project, stdout: nil,
                stderr: """
                    What is not committed here will not be on the branch `stack/new-dev`.
                    Committed: 1 file, as \(commit.prefix(10)) on the branch `stack/new-dev`.
                    Next: git push -u origin stack/new-dev
                    """)
            #expect(try await project.git("status", "--porcelain=v2", "--branch") == before)
            #expect(!project.exists("stacks/dev.yaml"))
            #expect(
                try await project.git("log", "--format=%an <%ae> %s%n%n%b", "main..stack/new-dev") == """
                    Tester <tester@example.com> Add the stack dev

                    From the template form 1.0.0.


                    """)
            #expect(
                try await project.git("diff", "--name-status", "main", "stack/new-dev") == "A\tfleet/stacks/dev.yaml\n")
            let content = try await project.git("show", "stack/new-dev:fleet/stacks/dev.yaml")
            #expect(content.hasPrefix("apiVersion: stacks.fleet/v1alpha1\n"))
            expect(
                try await project.stack("new", "dev", "--template", "form", "--set", "size=small", "--pr"), in: project,
                exit: 3,
                stderr: """
                    error: there is a branch `stack/new-dev` already

                    hint: give another one with `--branch`, or delete that one
                    """)
            let other = try await project.stack(
                "new", "dev", "--template", "form", "--set", "size=large", "--pr", "--branch", "mine", "-o", "json")
            #expect(other.exitCode == 0, "\(other.description)")
            #expect(try other.json["branch"] == "mine")
            #expect(
                try await project.git("cat-file", "-t", try #require(try other.json["commit"]?.stringValue))
                    == "commit\n")
        }
    }

    @Test func `--pr refuses where git could not make the commit, before anything is done`() async throws {
        try await withTemplates { project in
            func refusal(_ environment: [String: String] = [:], branch: String = "b") async throws -> String {
                let result = try await project.stack(
                    "new", "dev", "--template", "form", "--set", "size=small", "--pr", "--branch", branch,
                    environment: environment)
                #expect(result.exitCode != 0 && result.stdout == "", "\(result.description)")
                return String(
                    result.filtered(project.filter).stderr.split(separator: "\n").first { $0.hasPrefix("error: ") }
                        ?? "")
            }
            let nobody = [
                "GIT_AUTHOR_NAME": "", "GIT_AUTHOR_EMAIL": "", "GIT_COMMITTER_NAME": "", "GIT_COMMITTER_EMAIL": "",
            ]
            #expect(try await refusal() == "error: `<project>` is in no git repository")
            try await project.git("init", "--quiet", "--initial-branch=main")
            #expect(
                try await refusal()
                    == "error: nothing was committed here yet: there is no commit that the branch `b` could begin at")
            try await project.git("add", "--all")
            try await project.git("commit", "--quiet", "--message", "begin")
            #expect(try await refusal(nobody) == "error: git does not know who commits")
            #expect(try await refusal(branch: "a..b") == "error: `a..b` is no name of a branch")
            #expect(try await refusal(branch: "main") == "error: there is a branch `main` already")
            // Committed, and taken away in the work tree.
            try project.write("mine\n", to: "stacks/dev.yaml")
            try await project.git("add", "--all")
            try await project.git("commit", "--quiet", "--message", "mine")
            try project.remove("stacks/dev.yaml")
            #expect(
                try await refusal()
                    == "error: `stacks/dev.yaml` has changes that are not committed; the branch `b` would hide them")
            #expect(try await project.git("branch", "--list") == "* main\n")
        }
    }
}
