import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Machines that were made from one image: they have one name and one machine id, and look like one machine before and
/// after a restart.
@Suite struct OneImageTests {
    @Test func `a run of before a restart is recovered where its workspace is, and nowhere else`() async throws {
        try await withDatabase { database in
            try await withSharedProject(at: database) { project in
                let stack = try MarkedStack(project)
                let (run, terminal) = try await stack.startApply()
                try await eventually("a first mark") { !stack.marks.isEmpty }
                let executor = try await project.executor(of: run)
                for pid in processes(withEnvironment: "STACK_RUN_ID", value: run) + [executor] { kill(pid, SIGKILL) }
                _ = try await terminal.result()
                try stack.goOn()
                let restarted = try await project.rows(
                    """
                    UPDATE run SET process = jsonb_set(process::jsonb, '{bootID}', '"another"')::text
                    WHERE id = '\(run)' RETURNING process::jsonb ->> 'bootID'
                    """)
                try #require(restarted == ["another"])

                // What the run left is out of sight, as it is on another machine.
                let away = "\(project.scratch)/away"
                try #require(rename(project.path(".stack"), away) == 0)
                try await withProject(environment: project.environment.filter { $0.key.hasPrefix("STACK_") }) { other in
                    try other.takeOver(from: project)
                    let recovered = try await other.stack("recover")
                    let host = ProcessInfo.processInfo.hostName
                    #expect(
                        recovered.stderr == """
                            Run \(run) of `dev`: whether it is at work cannot be told: it is of `\(host)` before a \
                            restart, or of another machine with this name.

                            """, "\(recovered.description)")
                    #expect(recovered.exitCode == 0, "\(recovered.description)")
                    let plan = try await other.stack("plan", "dev")
                    #expect(plan.stderr.contains("run `\(run)` is being applied to `dev`"), "\(plan.description)")
                    let apply = try await other.stack("apply", "dev", "--auto-approve")
                    #expect(apply.exitCode == 75, "\(apply.description)")
                    #expect(apply.stderr.contains("the stack `dev` is locked by run `\(run)`"), "\(apply.description)")
                    #expect(try await other.status(of: run) == "applying")
                    let locks = try await other.stack("state", "locks", "-o", "json").json
                    #expect(locks.arrayValue?.map { $0["run"]?.stringValue } == [run], "\(locks.text)")
                }

                try #require(rename(away, project.path(".stack")) == 0)
                let recovered = try await project.stack("recover")
                #expect(recovered.exitCode == 0, "\(recovered.description)")
                #expect(try await project.status(of: run) == "interrupted")
                try await stack.expectNothingLeft(of: run)
            }
        }
    }
}
