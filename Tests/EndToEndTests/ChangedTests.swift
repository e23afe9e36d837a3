import Foundation
import JSON
import TestSupport
import Testing

/// `--changed`: which stacks a change reaches, with the real git.
@Suite struct ChangedTests {
    /// Three stacks over two modules, two of them over one base, committed on `main`; a branch `work` is checked out.
    private func withFleet(_ body: (TestProject) async throws -> Void) async throws {
        try await withProject { project in
            for module in ["app", "db"] {
                try project.write("variable \"size\" {\n  default = 1\n}\n", to: "modules/\(module)/main.tf")
            }
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                spec: {path: modules/app, variables: {size: 1}}
                """, to: "stacks/base.yaml")
            try extending("a", "size: 2", in: project)
            try extending("b", "", in: project)
            try project.writeStack("c", module: "modules/db")
            try project.write(".stack/\n", to: ".gitignore")
            // The project is a folder of the repository.
            try await project.git("init", "--quiet", "--initial-branch=main", "..")
            try project.write("/scratch/\n", to: "../.gitignore")
            try await commit(project)
            try await project.git("switch", "--quiet", "--create", "work")
            try await body(project)
        }
    }

    private func extending(_ name: String, _ variables: String, in project: TestProject) throws {
        try project.write(
            """
            apiVersion: stacks.fleet/v1alpha1
            kind: InfrastructureStack
            metadata: {name: \(name)}
            spec: {extends: [base.yaml], variables: {\(variables)}}
            """, to: "stacks/\(name).yaml")
    }

    private func commit(_ project: TestProject) async throws {
        try await project.git("add", "--all", "..")
        try await project.git("commit", "--quiet", "--message", "change")
    }

    private func short(_ ref: String, in project: TestProject) async throws -> String {
        String(try await project.git("rev-parse", ref).prefix(10))
    }

    @Test func `the list says which stacks are changed and why, and which are gone`() async throws {
        try await withFleet { project in
            try project.replace("size: 1", with: "size: 3", in: "stacks/base.yaml")
            try await commit(project)
            try project.write("# new\n", to: "modules/app/extra.tf")
            try project.remove("stacks/c.yaml")
            try project.writeStack("d", module: "modules/db")
            let main = try await short("main", in: project)
            expect(
                try await project.stack("list", "--changed"), in: project,
                stdout: """
                    NAME  SOURCE               LABELS  FILE           CHANGED
                    a     path modules/app             stacks/a.yaml  module file `modules/app/extra.tf`
                    b     path modules/app             stacks/b.yaml  `stacks/base.yaml` (extended), module file `modules/app/extra.tf`
                    d     path modules/db              stacks/d.yaml  new
                    c     (no longer defined)          stacks/c.yaml
                    """, stderr: "3 stacks are changed since `main` (\(main)).")
            let json = try await project.stack("list", "--changed", "-o", "json", "-l", "!env", "--exclude", "a")
            #expect(
                try json.json.arrayValue?.map { $0["changes"] } == [
                    ["`stacks/base.yaml` (extended)", "module file `modules/app/extra.tf`"], ["new"],
                ], "\(json.description)")
            #expect(json.stderr.contains("warning: the stack `c` is no longer defined"), "\(json.description)")
        }
    }

    @Test func `nothing that is changed is success, and a misspelt label is not`() async throws {
        try await withFleet { project in
            let main = try await short("main", in: project)
            try project.write("# A comment.\n" + project.read("stacks/base.yaml"), to: "stacks/base.yaml")
            for command in [["list"], ["plan"], ["apply", "--auto-approve"], ["destroy", "--auto-approve"]] {
                let result = try await project.start(stack: command + ["--changed"]).result()
                expect(result, in: project, stderr: "No stack is changed since `main` (\(main)).")
            }
            #expect(try await project.runs().isEmpty)
            try project.writeStack("d", module: "modules/db")
            expect(
                try await project.stack("list", "--changed", "a"), in: project,
                stderr: "1 stack is changed since `main` (\(main)), and none of them is selected.")
            #expect(try await project.stack("list", "--changed", "-l", "env=pord").exitCode == 64)
        }
    }

    @Test func `a plan of what is changed since a commit plans just that`() async throws {
        try await withFleet { project in
            try extending("b", "size: 6", in: project)
            try await commit(project)
            let base = try await short("HEAD", in: project)
            try extending("a", "size: 7", in: project)
            let planned = try await project.stack("plan", "--changed", "--base", base)
            #expect(planned.exitCode == 0, "\(planned.description)")
            #expect(
                planned.stderr.contains("1 stack is changed since `\(base)` (\(base)).\n"), "\(planned.description)")
            #expect(try await project.runs().compactMap { $0["stack"]?.stringValue } == ["a"])
        }
    }

    @Test func `what it cannot be compared with is told`() async throws {
        try await withFleet { project in
            expect(
                try await project.stack("list", "--changed", "--base", "mian"), in: project, exit: 64,
                stderr: """
                    error: there is no branch, tag or commit `mian` here

                    hint: Did you mean `main`?
                    """)
        }
        try await withProject { project in
            try project.write("", to: "modules/app/main.tf")
            try project.writeStack("a")
            let result = try await project.stack("list", "--changed")
            #expect(result.exitCode == 64 && result.stdout == "", "\(result.description)")
            #expect(
                result.filtered(project.filter).stderr.hasPrefix(
                    "error: `<project>` is in no git repository that can be read"), "\(result.description)")
        }
    }
}
