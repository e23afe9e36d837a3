import Foundation
import TestSupport
import Testing

/// Some data sources write a file while Terraform plans (`archive_file`: the zip of a function), and the apply reads it.
/// No built-in provider has one, so here the program that is run as `terraform` writes the file after its plan.
@Suite struct MadeWhilePlanningTests {
    @Test func `a plan is applied by another process, with a file that planning made, after its workspace is gone`()
        async throws
    {
        try await withProject { project in
            try writeProject(project)
            let tools = try writeTerraformThatMakesAFile(project)

            let planned = try await project.stack("plan", "app", environment: tools)
            try #require(planned.exitCode == 0, "\(planned.description)")
            #expect(project.files(below: ".stack/workspaces") == [])

            let run = try await project.newestRun(of: "app")
            let applied = try await project.stack(
                "apply", "--run", run, "--new", "--auto-approve", environment: tools)
            try #require(applied.exitCode == 0, "\(applied.description)")
            #expect(try project.read("\(project.scratch)/uploaded") == "the zip of a function\n")
            #expect(FileManager.default.isExecutableFile(atPath: "\(project.scratch)/uploaded"))
            #expect(project.files(below: ".stack/workspaces") == [])
        }
    }

    @Test func `what planning made is kept sealed only`() async throws {
        try await withProject { project in
            try writeProject(project)
            let planned = try await project.stack(
                "plan", "app", environment: try writeTerraformThatMakesAFile(project))
            try #require(planned.exitCode == 0, "\(planned.description)")
            let kept = project.files(below: ".stack").filter { file in
                let bytes = FileManager.default.contents(atPath: project.path(".stack/\(file)"))
                return bytes?.range(of: Data("the zip of a function".utf8)) != nil
            }
            #expect(kept == [])
        }
    }

    private func writeProject(_ project: TestProject) throws {
        try project.writeStack("app")
        try project.write(
            """
            resource "terraform_data" "function" {
              provisioner "local-exec" {
                command = "cp -p made/function.zip '\(project.scratch)/uploaded'"
              }
            }

            """, to: "modules/app/main.tf")
    }

    /// - Returns: the environment in which it stands before the real one.
    private func writeTerraformThatMakesAFile(_ project: TestProject) throws -> [String: String] {
        let path = project.environment["PATH"] ?? ""
        try project.script(
            "bin/terraform",
            """
            PATH='\(path)' terraform "$@"
            code=$?
            if [ "$1" = plan ] && [ "$code" = 2 ]; then
                mkdir -p made
                echo 'the zip of a function' > made/function.zip
                chmod 755 made/function.zip
            fi
            exit "$code"

            """)
        return ["PATH": "\(project.scratch)/bin:\(path)"]
    }
}
