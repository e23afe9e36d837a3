import Foundation
import JSON
import TestSupport
import Testing

/// The stream of events is not ours: whatever stands in it, the run is planned and applied, and its end is recorded.
@Suite struct EventStreamTests {
    /// Puts noise before and behind what a command of Terraform writes.
    private func disturb(_ command: String, with noise: EventNoise, in project: TestProject) throws {
        try noise.bytes.write(to: URL(fileURLWithPath: "\(project.scratch)/noise"))
        try project.wrapTerraform(
            """
            if [ "$1" = \(command) ]; then
              cat \(project.scratch)/noise
              terraform "$@"
              code=$?
              cat \(project.scratch)/noise
              exit $code
            fi
            """)
    }

    /// Everything that is shown of the newest run, by every command that shows it.
    private func expectShown(_ status: String, in project: TestProject) async throws {
        let run = try await project.newestRun()
        #expect(try await project.status(of: run) == status)
        for arguments in [
            ["logs", run], ["logs", run, "-v"], ["logs", run, "--json-stream"], ["run", run, "-o", "json"],
        ] {
            let shown = try await project.start(try TestProject.program, arguments).result()
            #expect(shown.exitCode == 0, "\(shown.description)")
            #expect(rawControls(in: shown.stdout + shown.stderr) == [], "\(shown.description)")
        }
    }

    @Test(arguments: EventNoise.all)
    func `noise in the stream of a plan keeps nobody from planning, nor from applying that plan`(
        noise: EventNoise
    ) async throws {
        try await withProject { project in
            try project.writeSmallStack()
            try disturb("plan", with: noise, in: project)
            let plan = try await project.stack("plan", "dev", "-v")
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(rawControls(in: plan.stdout + plan.stderr) == [], "\(plan.description)")
            #expect(plan.stdout.hasSuffix("Plan: 1 to add, 0 to change, 0 to destroy.\n"), "\(plan.description)")
            try await expectShown("planned", in: project)
            let run = try await project.newestRun()
            let applied = try await project.stack("apply", "--run", run, "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(try await project.addresses(of: "dev") == ["terraform_data.only"])
        }
    }

    @Test(arguments: EventNoise.all)
    func `noise in the stream of an apply changes nothing of its end`(noise: EventNoise) async throws {
        try await withProject { project in
            try project.writeSmallStack()
            try disturb("apply", with: noise, in: project)
            let applied = try await project.stack("apply", "dev", "--new", "--auto-approve", "-v")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(rawControls(in: applied.stdout + applied.stderr) == [], "\(applied.description)")
            try await expectShown("succeeded", in: project)
            try await project.expectApplicable()
        }
    }
}
