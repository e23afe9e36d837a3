import TestSupport
import Testing

/// What stands in Terraform's place on PATH and chooses a version each time.
@Suite struct VersionManagerTests {
    /// A script that says it is of the version in the file `version`; what works is always the real Terraform.
    private func manageVersions(_ project: TestProject) throws {
        try project.wrapTerraform(
            """
            if test "$1" = version; then
              printf '{"terraform_version": "%s", "platform": "linux_amd64", "terraform_outdated": false}' \
                "$(cat \(project.scratch)/version)"
              exit
            fi
            """)
        try project.writeApp()
        try project.writeAppStack(more: "configuration: {version: \">= 1.6\"}\n")
    }

    @Test func `a version manager is asked for its version each time`() async throws {
        try await withProject { project in
            try manageVersions(project)
            for (version, exitCode) in [("1.5.7", Int32(1)), ("1.11.4", 0), ("1.5.7", 1)] {
                try project.write(version, to: "\(project.scratch)/version")
                let plan = try await project.stack("plan", "dev", "-q")
                #expect(plan.exitCode == exitCode, "\(plan.description)")
                #expect(plan.stderr.contains("wants Terraform `>= 1.6`, and this is 1.5.7") == (exitCode == 1))
            }
        }
    }

    @Test func `a plan that another version has made than the one that was asked is refused`() async throws {
        try await withProject { project in
            try manageVersions(project)
            try project.write("1.10.0", to: "\(project.scratch)/version")
            let plan = try await project.stack("plan", "dev", "-q")
            #expect(plan.exitCode == 1)
            #expect(plan.stderr.contains("error: the plan was made by version "), "\(plan.description)")
            #expect(plan.stderr.contains("terraform-wrapper` said it was 1.10.0\n"), "\(plan.description)")
            #expect(try await project.status(of: try await project.newestRun()) == "failed")
        }
    }
}
