import Diagnostics
import Foundation
import SystemPackage
import TestSupport
import Testing
import Workspaces

/// What of a source gets into a workspace.
struct MaterialiseTests {
    private func message(_ work: () async throws -> Void) async -> String? {
        do {
            try await work()
            return nil
        } catch let problem as Diagnostic {
            return problem.message
        } catch {
            return "\(error)"
        }
    }

    @Test func `states, plans, locks and folders of tools stay behind`() async throws {
        try await withProject { project in
            let kept = [
                "main.tf", ".terraform.lock.hcl", "a.auto.tfvars", "scripts/run.sh", ".hidden", "terraform.tfvars",
            ]
            let left = [
                ".git/config", ".terraform/environment", ".terraform/terraform.tfstate", "terraform.tfstate",
                "terraform.tfstate.backup", "terraform.tfstate.1700000000.backup",
                "terraform.tfstate.d/x/terraform.tfstate",
                "errored.tfstate", ".terraform.tfstate.lock.info", "plan.tfplan", "tfplan", "sub/terraform.tfstate",
                "sub/.terraform/modules/modules.json", ".stack/stack.db",
            ]
            for file in kept + left { try project.write("# \(file)\n", to: "app/\(file)") }
            let workspace = try await project.workspace(try project.source("app"))
            let files = project.files(below: workspace.folder.string)
            #expect(files == (kept + ["zzzz_stack_override.tf"]).sorted())
        }
    }

    @Test func `the source comes along with the modules outside it, at the same relative places`() async throws {
        try await withProject { project in
            try project.write("module \"m\" {\n  source = \"../../modules/m\"\n}\n", to: "live/app/main.tf")
            try project.write("module \"n\" {\n  source = \"../n\"\n}\n", to: "modules/m/main.tf")
            try project.write("output \"x\" {\n  value = 1\n}\n", to: "modules/n/main.tf")
            try project.write("# not called\n", to: "modules/other/main.tf")
            let workspace = try await project.workspace(try project.source("live/app"))
            let source = workspace.root.appending("source").string
            #expect(
                project.files(below: source) == [
                    "live/app/main.tf", "live/app/zzzz_stack_override.tf", "modules/m/main.tf", "modules/n/main.tf",
                ])
        }
    }

    @Test func `a workdir runs inside its source, which comes along whole`() async throws {
        try await withProject { project in
            try project.write("locals {\n  a = file(\"../shared.txt\")\n}\n", to: "app/run/main.tf")
            try project.write("x", to: "app/shared.txt")
            let workspace = try await project.workspace(try project.source("app", workingFolder: "app/run"))
            #expect(workspace.folder.string.hasSuffix("/source/app/run"))
            #expect(project.exists(workspace.folder.string + "/../shared.txt"))
        }
    }

    @Test func `links become what they point at, and a script stays executable`() async throws {
        try await withProject { project in
            try project.write("x = 1\n", to: "shared/common.tf")
            try project.write("#!/bin/sh\n", to: "app/run.sh", permissions: 0o755)
            try project.write("# main\n", to: "app/main.tf")
            for (link, target) in [("app/common.tf", "../shared/common.tf"), ("app/folder", "../shared")] {
                try FileManager.default.createSymbolicLink(
                    atPath: project.path(link), withDestinationPath: target)
            }
            let workspace = try await project.workspace(try project.source("app"))
            let folder = workspace.folder.string
            #expect(try project.read(folder + "/common.tf") == "x = 1\n")
            #expect(try project.read(folder + "/folder/common.tf") == "x = 1\n")
            #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/common.tf")) == nil)
            #expect(FileManager.default.isExecutableFile(atPath: folder + "/run.sh"))
        }
    }

    @Test(arguments: [
        ("/etc/passwd", "leads out of"), ("../../../x", "leads out of"),
        ("none", "does not exist"), ("loop", "go round in a circle"),
    ])
    func `a link that leads out, nowhere or in a circle is refused by name`(target: String, reason: String) async throws
    {
        try await withProject { project in
            try project.write("# main\n", to: "app/main.tf")
            let source = try project.source("app")
            try FileManager.default.createSymbolicLink(
                atPath: project.path("app/loop"), withDestinationPath: target)
            let message = await message { _ = try await project.workspace(source) }
            #expect(message?.contains("app/loop") == true, "\(message ?? "")")
            #expect(message?.contains(reason) == true, "\(message ?? "")")
        }
    }

    @Test func `a module with a file of the override's name is refused`() async throws {
        try await withProject { project in
            try project.write("# mine\n", to: "app/zzzz_stack_override.tf")
            let source = try project.source("app")
            let message = await message { _ = try await project.workspace(source) }
            #expect(
                message
                    == "the module in `app` has a file `zzzz_stack_override.tf`, which `stack` writes itself")
        }
    }

    @Test func `what planning made is packed with its modes and laid out again`() async throws {
        try await withProject { project in
            try project.write("# main\n", to: "app/main.tf")
            let source = try project.source("app")
            let workspace = try await project.workspace(source)
            let snapshot = try workspace.snapshot()
            #expect(try workspace.packMadeFiles(since: snapshot) == nil)
            let folder = workspace.folder.string
            try project.write("zip", to: folder + "/build/code.zip", permissions: 0o600)
            try project.write("#!/bin/sh\n", to: folder + "/build/run.sh", permissions: 0o755)
            try project.write("# changed\n", to: folder + "/main.tf")
            let packed = try #require(try workspace.packMadeFiles(since: snapshot))
            try await workspace.remove()

            let again = try await project.workspace(source, run: "later")
            #expect(again.root == workspace.root)
            try again.unpackMadeFiles(packed)
            #expect(try project.read(folder + "/build/code.zip") == "zip")
            #expect(try project.read(folder + "/main.tf") == "# changed\n")
            #expect(FileManager.default.isExecutableFile(atPath: folder + "/build/run.sh"))
            #expect(!FileManager.default.isExecutableFile(atPath: folder + "/build/code.zip"))
        }
    }

    @Test func `digests tell every file that Terraform could read, and another key gives others`() async throws {
        try await withProject { project in
            try project.write("# main\n", to: "app/main.tf")
            try project.write("echo 1\n", to: "app/scripts/run.sh")
            let workspace = try await project.workspace(try project.source("app"))
            let before = try workspace.digests(key: try makeKey())
            #expect(
                before.keys.sorted() == ["app/main.tf", "app/scripts/run.sh", "app/zzzz_stack_override.tf"])
            try project.write("echo 2\n", to: workspace.folder.string + "/scripts/run.sh")
            let after = try workspace.digests(key: try makeKey())
            #expect(before.filter { after[$0.key] != $0.value }.map(\.key) == ["app/scripts/run.sh"])
        }
    }
}
