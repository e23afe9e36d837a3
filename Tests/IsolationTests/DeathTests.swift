import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Deaths at moments that no timing can meet: a script in Terraform's place waits there.
@Suite struct DeathTests {
    /// A project whose Terraform stops before one of its commands, until the file `go` is there.
    private func stop(_ project: TestProject, before command: String) async throws {
        let found = try await project.run("sh", "-c", "command -v terraform").stdout
        let real = found.trimmingCharacters(in: .whitespacesAndNewlines)
        let wrapper = try project.script(
            "terraform",
            """
            if [ "$1" = \(command) ] && [ -e '\(project.scratch)/armed' ]; then
                touch '\(project.scratch)/stopped'
                until [ -e '\(project.scratch)/go' ]; do sleep 0.05; done
            fi
            exec '\(real)' "$@"

            """)
        try project.write(
            "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nmetadata: {name: fleet}\nspec: {terraform: {binary: \(wrapper)}}\n",
            to: "stack.yaml")
        try project.write("resource \"terraform_data\" \"a\" {}\n", to: "modules/app/main.tf")
        try project.writeStack("one")
    }

    private func statesInClear(_ project: TestProject) -> [String] {
        project.files(below: ".stack/workspaces").filter { $0.hasSuffix(".tfstate") || $0.hasSuffix(".tfvars.json") }
    }

    @Test func `what a plan that was killed has started is ended by the next command, and leaves nothing in clear`()
        async throws
    {
        try await withProject { project in
            try await stop(project, before: "plan")
            try project.write("", to: project.scratch + "/armed")
            let plan = try project.start("plan", "one")
            try await eventually("the plan stands still") { project.exists(project.scratch + "/stopped") }
            let run = try await project.newestRun()
            #expect(!statesInClear(project).isEmpty)
            plan.send(SIGKILL)
            _ = try await plan.result()

            try project.remove(project.scratch + "/armed")
            let result = try await project.stack("plan", "one")
            #expect(result.exitCode == 0, "\(result.description)")
            #expect(
                result.stderr.contains("Run \(run) of `one` had died while it planned; nothing was changed."),
                "\(result.description)")
            #expect(try await project.status(of: run) == "interrupted")
            #expect(processes(withEnvironment: "STACK_RUN_ID", value: run).isEmpty)
            _ = try await project.stack("recover")
            #expect(statesInClear(project) == [])
        }
    }

    @Test func `an executor that dies with the lock before it has begun gives it back, and its plan is still good`()
        async throws
    {
        try await withProject { project in
            try await stop(project, before: "init")
            #expect(try await project.stack("plan", "one").exitCode == 0)
            let run = try await project.newestRun()
            // The executor has to initialise again, and stands still with the lock in its hands.
            try project.remove(".stack/cache/initialised")
            try project.write("", to: project.scratch + "/armed")
            let apply = try project.start("apply", "--run", run, "--new", "--auto-approve")
            try await eventually("the executor stands still") { project.exists(project.scratch + "/stopped") }
            let locks = try await project.stack("state", "locks", "-o", "json").json
            #expect(locks.arrayValue?.first?["run"]?.stringValue == run)
            #expect(try await project.status(of: run) == "planned")
            let busy = try await project.stack("recover")
            #expect(busy.stderr.contains("Run \(run) of `one`: it is about to be applied."), "\(busy.description)")

            for pid in processes(withEnvironment: "STACK_RUN_ID", value: run) { kill(pid, SIGKILL) }
            let ended = try await apply.result()
            #expect(ended.exitCode == 70, "\(ended.description)")
            #expect(ended.stderr.contains("ended before it had begun"), "\(ended.description)")

            try project.remove(project.scratch + "/armed")
            let again = try await project.stack("apply", "--run", run, "--new", "--auto-approve")
            #expect(again.exitCode == 0, "\(again.description)")
            #expect(try await project.stack("state", "locks", "-o", "json").json == [])
            #expect(try await project.addresses(of: "one") == ["terraform_data.a"])
            #expect(statesInClear(project) == [])
        }
    }

    @Test func `a plan beside an executor that has not begun does not take its workspace`() async throws {
        try await withProject { project in
            try await stop(project, before: "init")
            #expect(try await project.stack("plan", "one").exitCode == 0)
            let run = try await project.newestRun()
            let initialised = project.path(".stack/cache/initialised")
            try project.remove(initialised)
            try project.write("", to: project.scratch + "/armed")
            let apply = try project.start("apply", "--run", run, "--new", "--auto-approve")
            try await eventually("the executor stands still") { project.exists(project.scratch + "/stopped") }
            try project.remove(project.scratch + "/armed")
            // It waits for the executor's `init`, in a slot of its own.
            let plan = try project.start("plan", "one")
            try await eventually("both have a workspace") {
                project.files(below: ".stack/workspaces").filter { $0.hasSuffix("holder.json") }.count == 2
            }
            try project.write("", to: project.scratch + "/go")
            let planned = try await plan.result()
            #expect(planned.exitCode == 0, "\(planned.description)")
            let applied = try await apply.result()
            // The newer plan may have superseded the one that was about to be applied; nothing is half done.
            #expect([0, 3].contains(applied.exitCode), "\(applied.description)")
            #expect(!applied.stderr.contains("cannot be read"), "\(applied.description)")
            #expect(!applied.stderr.contains("is gone"), "\(applied.description)")
            #expect(try await project.stack("state", "locks", "-o", "json").json == [])
            #expect(statesInClear(project) == [])
        }
    }

    @Test func `an executor that is told to end before it has begun ends without beginning`() async throws {
        try await withProject { project in
            try await stop(project, before: "init")
            #expect(try await project.stack("plan", "one").exitCode == 0)
            let run = try await project.newestRun()
            try project.remove(".stack/cache/initialised")
            try project.write("", to: project.scratch + "/armed")
            let apply = try project.start("apply", "--run", run, "--new", "--auto-approve")
            try await eventually("the executor stands still") { project.exists(project.scratch + "/stopped") }
            for pid in processes(withEnvironment: "STACK_RUN_ID", value: run)
            where arguments(of: pid).contains("execute") { kill(pid, SIGTERM) }
            try project.write("", to: project.scratch + "/go")
            let ended = try await apply.result()
            #expect(ended.exitCode == 3, "\(ended.description)")
            #expect(ended.stderr.contains("interrupted before anything was applied"), "\(ended.description)")
            #expect(try await project.status(of: run) == "planned")
            #expect(try await project.stack("state", "locks", "-o", "json").json == [])
            #expect(statesInClear(project) == [])
        }
    }
}
