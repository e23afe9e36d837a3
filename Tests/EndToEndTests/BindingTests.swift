import Foundation
import TestSupport
import Testing

/// What was reviewed is what runs: each thing that a plan is bound to moves between plan and apply.
@Suite struct BindingTests {
    /// Plans, moves something, applies that plan, and expects the refusal to name what has moved.
    private func expectStale(
        _ project: TestProject, moved: String, environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation, by move: () async throws -> Void
    ) async throws {
        let run = try await project.plannedRun()
        try await move()
        expect(
            try await project.stack("apply", "--run", run, "--new", "--auto-approve", "-q", environment: environment),
            in: project, exit: 3, stdout: nil,
            stderr: """
                error: the plan of run `<run>` is stale
                note: moved: \(moved)

                hint: Plan again: `stack plan dev`
                """, sourceLocation: sourceLocation)
        #expect(try await project.status(of: run) == "stale", sourceLocation: sourceLocation)
        #expect(try await project.stack("state", "locks", "-o", "name").stdout == "", sourceLocation: sourceLocation)
        #expect(try await project.addresses(of: "dev").isEmpty, sourceLocation: sourceLocation)
    }

    @Test func `a plan is stale when a file of its module has changed`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await expectStale(project, moved: "the file `modules/app/main.tf`") {
                try project.replace("10.0.0.0/16", with: "10.1.0.0/16", in: "modules/app/main.tf")
            }
        }
    }

    @Test func `a plan is stale when a script that file() reads has changed`() async throws {
        try await withProject { project in
            try project.write(
                """
                resource "terraform_data" "script" {
                  provisioner "local-exec" {
                    command = file("${path.module}/setup.sh")
                  }
                }
                """, to: "modules/app/main.tf")
            try project.write("true\n", to: "modules/app/setup.sh")
            try project.writeStack("dev")
            try await expectStale(project, moved: "the file `modules/app/setup.sh`") {
                try project.write("touch \(project.scratch)/ran\n", to: "modules/app/setup.sh")
            }
            #expect(!project.exists("\(project.scratch)/ran"))
        }
    }

    @Test func `a plan is stale when a file was added or removed`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.write("one\n", to: "modules/app/notes.txt")
            try project.writeAppStack()
            try await expectStale(project, moved: "the file `modules/app/more.tf` (it is new)") {
                try project.write("locals {}\n", to: "modules/app/more.tf")
            }
            try await expectStale(project, moved: "the file `modules/app/notes.txt` (it is gone)") {
                try project.remove("modules/app/notes.txt")
            }
        }
    }

    @Test func `a plan is stale when a module that it calls has changed`() async throws {
        try await withProject { project in
            try project.write("module \"shared\" {\n  source = \"../shared\"\n}\n", to: "modules/app/main.tf")
            try project.write("resource \"terraform_data\" \"x\" {}\n", to: "modules/shared/main.tf")
            try project.writeStack("dev")
            try await expectStale(project, moved: "the file `modules/shared/main.tf`") {
                try project.write("resource \"terraform_data\" \"y\" {}\n", to: "modules/shared/main.tf")
            }
        }
    }

    @Test func `a plan is stale when the lock file has changed`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await expectStale(project, moved: "the file `modules/app/.terraform.lock.hcl` (it is new)") {
                try project.write("# nothing is locked\n", to: "modules/app/.terraform.lock.hcl")
            }
        }
    }

    @Test func `a plan is stale when a variable has changed`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await expectStale(project, moved: "the variables") { try project.writeAppStack(size: "large") }
        }
    }

    @Test func `a plan is stale when the stack's environment has changed`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack(more: "environment: [{name: AWS_PROFILE, value: test}]")
            try await expectStale(project, moved: "the environment of the stack") {
                try project.writeAppStack(more: "environment: [{name: AWS_PROFILE, value: live}]")
            }
        }
    }

    @Test func `a plan gives way to a newer one that was applied`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try await project.applyNew()
            try project.writeAppStack(nodes: 2)
            let run = try await project.plannedRun()
            try project.writeAppStack(nodes: 3)
            let other = try await project.stack("apply", "dev", "--auto-approve")
            #expect(other.exitCode == 0)
            let result = try await project.stack("apply", "--run", run, "--auto-approve")
            #expect(result.exitCode == 3)
            #expect(try await project.status(of: run) == "superseded")
        }
    }

    @Test func `a plan is stale when another Terraform would apply it`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            try project.wrapTerraform(
                """
                if test "$1" = version && test -e \(project.scratch)/upgraded; then
                  echo '{"terraform_version": "1.12.9", "platform": "linux_amd64", "terraform_outdated": false}'
                  exit
                fi
                """)
            let run = try await project.plannedRun()
            try project.write("", to: "\(project.scratch)/upgraded")
            // A new program at the same path: what is known of it goes by its bytes.
            let wrapper = "\(project.scratch)/terraform-wrapper"
            try project.write(try project.read(wrapper) + "# newer\n", to: wrapper, permissions: 0o755)
            let result = try await project.stack("apply", "--run", run, "--new", "--auto-approve", "-q")
            #expect(result.exitCode == 3)
            #expect(
                result.stderr.contains("note: moved: Terraform (`terraform 1.11.4` → `terraform 1.12.9`)"),
                "\(result.description)")
        }
    }

    @Test func `a plan is stale when its template has another version`() async throws {
        try await withProject { project in
            let template = """
                apiVersion: stacks.fleet/v1alpha1
                kind: StackTemplate
                metadata: {name: app}
                spec:
                  version: 1.0.0
                """
            try project.write("resource \"terraform_data\" \"x\" {}\n", to: "templates/app/main.tf")
            try project.write(template, to: "templates/app/template.yaml")
            try project.write(
                """
                apiVersion: stacks.fleet/v1alpha1
                kind: InfrastructureStack
                metadata: {name: dev}
                spec:
                  template: {name: app}
                """, to: "stacks/dev.yaml")
            let run = try await project.plannedRun()
            try project.replace("1.0.0", with: "1.1.0", in: "templates/app/template.yaml")
            let result = try await project.stack("apply", "--run", run, "--new", "--auto-approve", "-q")
            #expect(result.exitCode == 3)
            #expect(result.stderr.contains("moved: the template (`app@1.0.0` → `app@1.1.0`)"), "\(result.description)")
        }
    }

    @Test func `a plan is stale when a variable comes from elsewhere, also with the same value`() async throws {
        try await withProject { project in
            try project.writeApp()
            for file in ["one", "two"] { try project.write("small\n", to: "values/\(file)") }
            try project.writeStack("dev", spec: "variables: {size: {fromFile: values/one}}")
            try await expectStale(project, moved: "the variables") {
                try project.writeStack("dev", spec: "variables: {size: {fromFile: values/two}}")
            }
        }
    }

    @Test func `a plan is stale when a module that init has fetched is another one by now`() async throws {
        try await withProject { project in
            let remote = "\(project.scratch)/remote"
            func commit(_ text: String) async throws {
                try project.write(text, to: "\(remote)/main.tf")
                for arguments in [["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]] {
                    let result = try await project.start("git", ["-C", remote] + arguments).result()
                    try #require(result.exitCode == 0, "\(result.description)")
                }
            }
            try await commit("resource \"terraform_data\" \"x\" {}\n")
            try project.write("module \"m\" {\n  source = \"git::file://\(remote)\"\n}\n", to: "modules/app/main.tf")
            try project.writeStack("dev")
            try await expectStale(project, moved: "the file `modules/app/.terraform/modules/m/main.tf`") {
                try await commit("resource \"terraform_data\" \"y\" {}\n")
                try project.remove(".stack/cache/initialised")
            }
        }
    }

    @Test func `a plan is stale where its workspace would be elsewhere: it has seen its path`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let run = try await project.plannedRun()
            let data = "\(project.scratch)/data"
            try FileManager.default.moveItem(atPath: project.path(".stack"), toPath: data)
            let result = try await project.stack(
                "apply", "--run", run, "--new", "--auto-approve", "-q", environment: ["STACK_DATA_DIR": data])
            #expect(result.exitCode == 3)
            #expect(
                result.filtered(project.filter).stderr.contains(
                    "note: moved: the workspace (`<project>/.stack/workspaces/<id>/0` → `<scratch>/data/workspaces/<id>/0`)"
                ), "\(result.description)")
        }
    }

    @Test func `a plan that nothing has touched applies in another process after its workspace is gone`() async throws {
        try await withProject { project in
            try project.writeApp()
            try project.writeAppStack()
            let run = try await project.plannedRun()
            #expect(project.files(below: ".stack/workspaces").isEmpty)
            #expect(try await project.stack("apply", "--run", run, "--new", "--auto-approve").exitCode == 0)
            #expect(project.files(below: ".stack/workspaces").isEmpty)
        }
    }
}
