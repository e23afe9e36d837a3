import Foundation
import JSON
import TestSupport
import Testing

@Suite struct LockTests {
    @Test func `an apply on a locked stack says who holds it since when, and comes back later`() async throws {
        try await withProject { project in
            try project.writeGated()
            let first = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let locks = try await project.stack("state", "locks", "-o", "json")
            let lock = try #require(try locks.json.arrayValue?.first)
            #expect(lock["stack"] == "dev" && lock["user"] == "tester" && lock["phase"] == "applying", "\(lock)")
            #expect(lock["host"] == .string(ProcessInfo.processInfo.hostName) && lock["expired"] == false, "\(lock)")
            let second = try await project.stack("apply", "dev", "--auto-approve", "-q")
            expect(
                second, in: project, exit: 75,
                stderr: """
                    error: the stack `dev` is locked by run `<run>` since <time> (pid <pid> on <host>)

                    hint: Wait with `--lock-timeout 10m`, or follow it with `stack logs <run> --follow`
                    """)
            try project.openGate()
            #expect(try await first.result().exitCode == 0)
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
        }
    }

    @Test func `an apply waits for the lock as long as it may`() async throws {
        try await withProject { project in
            try project.writeGated()
            let first = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let short = try await project.stack("apply", "dev", "--auto-approve", "--lock-timeout", "1s")
            #expect(short.exitCode == 75, "\(short.description)")
            let second = try project.start("apply", "dev", "--auto-approve", "-q", "--lock-timeout", "2m")
            try await eventually("the second apply waits") {
                second.stderr.contains("dev │ waiting for the lock: run ")
            }
            try project.openGate()
            #expect(try await first.result().exitCode == 0)
            // It plans on what the first one left.
            let result = try await second.result()
            #expect(result.exitCode == 0)
            #expect(result.stdout == "No changes. `dev` is as it is defined.\n")
        }
    }

    @Test func `a saved plan waits for the lock and is stale when the run before has changed the state`() async throws {
        try await withProject { project in
            try project.writeGated()
            let run = try await project.plannedRun()
            try await project.stack("discard", run)
            let first = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let plan = try await project.plannedRun()
            let second = try project.start("apply", "--run", plan, "--auto-approve", "-q", "--lock-timeout", "2m")
            try await eventually("the second apply waits") {
                second.stderr.contains("dev │ waiting for the lock: run ")
            }
            try project.openGate()
            #expect(try await first.result().exitCode == 0)
            let result = try await second.result()
            #expect(result.exitCode == 3)
            #expect(result.stderr.contains("\nnote: moved: the state (serial 0 → "), "\(result.description)")
        }
    }

    @Test func `a plan takes no lock and waits for none`() async throws {
        try await withProject { project in
            try project.writeGated()
            let first = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let plan = try await project.stack("plan", "dev", "-q")
            #expect(plan.exitCode == 0)
            #expect(
                plan.filtered(project.filter).stderr.hasPrefix(
                    "dev │ warning: run `<run>` is being applied to `dev` since <time>: this plan is made on the state before it\n"
                ), "\(plan.description)")
            #expect(plan.stdout.hasSuffix("\nPlan: 3 to add, 0 to change, 0 to destroy.\n"))
            try project.openGate()
            #expect(try await first.result().exitCode == 0)
        }
    }

    @Test func `unlock leaves a run that is at work its lock`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            expect(
                try await project.stack("state", "unlock", "dev"), in: project, exit: 3,
                stderr: """
                    error: run `<run>` holds the lock of `dev`: it is at work

                    hint: Wait for it; if you know that it is over: stack state unlock dev --force <run>
                    """)
            let other = try await project.stack("state", "unlock", "dev", "--force", "20261119-093012-k3v9")
            #expect(other.exitCode == 64)
            #expect(try await project.stack("state", "locks", "-o", "name").stdout == "dev\n")
            try project.openGate()
            #expect(try await apply.result().exitCode == 0)
            #expect(try await project.status(of: run) == "succeeded")
            expect(try await project.stack("state", "unlock", "dev"), in: project, stderr: "`dev` is not locked.")
        }
    }

    @Test func `unlock recovers a run whose processes are dead, and releases its lock`() async throws {
        try await withProject { project in
            try project.writeGated()
            let apply = try project.start("apply", "dev", "--new", "--auto-approve")
            try await project.waitForGate()
            let run = try await project.newestRun()
            for process in processes(withEnvironment: "STACK_RUN_ID", value: run) { kill(process, SIGKILL) }
            #expect(try await apply.result().exitCode == 1)
            let unlocked = try await project.stack("state", "unlock", "dev")
            #expect(unlocked.exitCode == 0, "\(unlocked.description)")
            #expect(
                unlocked.stderr.contains("Run \(run) of `dev` had died while it applied."), "\(unlocked.description)")
            #expect(unlocked.stderr.contains("`terraform_data.held` is unknown"), "\(unlocked.description)")
            #expect(try await project.stack("state", "locks", "-o", "name").stdout.isEmpty)
            #expect(try await project.status(of: run) == "interrupted")
        }
    }
}
