import Diagnostics
import Foundation
import SystemPackage
import Templates
import Terraform
import TestSupport
import Testing
import Workspaces

/// With the real terraform and its built-in provider.
struct InitialiserTests {
    private let module = """
        resource "terraform_data" "a" {}
        module "m" {
          source = "./m"
        }

        """

    private func write(_ project: TestProject) throws {
        try project.write(module, to: "app/main.tf")
        try project.write("output \"x\" {\n  value = 1\n}\n", to: "app/m/main.tf")
    }

    @Test func `init runs once for one content, and twenty that come at a time share it`() async throws {
        try await withProject { project in
            try write(project)
            let source = try project.source("app")
            let (tool, calls) = try await project.terraform()
            let initialiser = project.initialiser(tool)
            let workspaces = try await withThrowingTaskGroup(of: Workspace.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        let workspace = try await project.workspace(source, run: "run-\(number)")
                        _ = try await initialiser.initialise(workspace, source: source) {}
                        return workspace
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(try calls().filter { $0.hasPrefix("init") }.count == 1)
            #expect(Set(workspaces.map(\.slot)).count == 20)
            for workspace in workspaces {
                let modules = workspace.folder.string + "/.terraform/modules/modules.json"
                #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: modules)) == nil)
                #expect(try project.read(modules).contains("\"Dir\":\"m\""))
            }
            // What one run does to its modules no other sees.
            try project.write("broken", to: workspaces[0].folder.string + "/.terraform/modules/modules.json")
            #expect(
                try project.read(workspaces[1].folder.string + "/.terraform/modules/modules.json").hasPrefix("{"))
        }
    }

    @Test func `another content, lock file, working folder or Terraform is initialised anew, and nothing else is`()
        async throws
    {
        try await withProject { project in
            try write(project)
            let (tool, calls) = try await project.terraform()
            func initialise(_ tool: TerraformTool, in workingFolder: String = "app") async throws -> Int {
                let source = try project.source("app", workingFolder: workingFolder)
                let workspace = try await project.workspace(source)
                _ = try await project.initialiser(tool).initialise(workspace, source: source) {}
                try await workspace.remove()
                return try calls().filter { $0.hasPrefix("init") }.count
            }
            #expect(try await initialise(tool) == 1)
            #expect(try await initialise(tool) == 1)
            for file in ["terraform.tfstate", ".terraform/environment", ".git/HEAD", "plan.tfplan"] {
                try project.write("left out", to: "app/\(file)")
            }
            #expect(try await initialise(tool) == 1)
            try project.write(module + "# more\n", to: "app/main.tf")
            #expect(try await initialise(tool) == 2)
            try project.write(
                "# This file is maintained automatically by \"terraform init\".\n", to: "app/.terraform.lock.hcl")
            #expect(try await initialise(tool) == 3)
            #expect(try await initialise(tool, in: "app/m") == 4)
            let newer = try await project.terraform(sayingItIs: "1.12.9").tool
            #expect(try await initialise(newer) == 5)
            #expect(try await initialise(tool) == 5)
        }
    }

    @Test func `an entry whose provider package is gone is made again`() async throws {
        try await withProject { project in
            try write(project)
            let source = try project.source("app")
            let (tool, calls) = try await project.terraform()
            let initialiser = project.initialiser(tool)
            let first = try await project.workspace(source)
            _ = try await initialiser.initialise(first, source: source) {}
            try await first.remove()
            let entries = project.scratch + "/cache/initialised"
            let entry = try #require(
                try FileManager.default.contentsOfDirectory(atPath: entries).first { $0.count == 64 })
            let package = "\(entries)/\(entry)/.terraform/providers/example.com/a/b/1.0.0"
            try FileManager.default.createDirectory(atPath: package, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: package + "/linux_amd64", withDestinationPath: project.scratch + "/was-here")
            try project.write("left over", to: entries + "/new-1/source/x")

            let second = try await project.workspace(source)
            _ = try await initialiser.initialise(second, source: source) {}
            #expect(try calls().filter { $0.hasPrefix("init") }.count == 2)
            #expect(!project.exists(second.folder.string + "/.terraform/providers/example.com"))
            #expect(!project.exists(entries + "/new-1"))
        }
    }

    @Test func `an init that fails says what Terraform said and leaves no entry`() async throws {
        try await withProject { project in
            try project.write("terraform {\n  required_version = \"< 1.0\"\n}\n", to: "app/main.tf")
            let source = try project.source("app")
            let (tool, _) = try await project.terraform()
            let workspace = try await project.workspace(source)
            do {
                _ = try await project.initialiser(tool).initialise(workspace, source: source) {}
                Issue.record("init succeeded")
            } catch let problem as Diagnostic {
                #expect(problem.message == "`terraform init` failed")
                #expect(problem.notes.contains { $0.message.contains("Unsupported Terraform Core version") })
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: project.scratch + "/cache/initialised")
            #expect(left == [])
        }
    }

    @Test(arguments: [
        "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n    region = \"r\"\n  }\n}\n",
        "terraform {\n  cloud {\n    organization = \"o\"\n    workspaces {\n      name = \"w\"\n    }\n  }\n}\n",
    ])
    func `whatever backend a module has, after init it is an empty local one`(block: String) async throws {
        try await withProject { project in
            try project.write(block, to: "app/main.tf")
            try project.write(
                "terraform {\n  backend \"http\" {\n    address = \"http://127.0.0.1:9\"\n  }\n}\n",
                to: "app/z_override.tf")
            let source = try project.source("app")
            let (tool, _) = try await project.terraform()
            let workspace = try await project.workspace(source)
            _ = try await project.initialiser(tool).initialise(workspace, source: source) {}
            let backend = try project.read(workspace.folder.string + "/.terraform/terraform.tfstate")
            #expect(backend.contains("\"type\": \"local\""))
            #expect(!backend.contains("127.0.0.1"))
        }
    }
}
