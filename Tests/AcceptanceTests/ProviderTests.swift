import Glibc
import JSON
import TestSupport
import Testing

/// Resources that a provider in a process of its own makes, and what comes of its errors.
@Suite struct ProviderTests {
    /// A stack of one item that is called `name`, with more of its attributes.
    private func write(_ project: TestProject, name: String, _ attributes: String = "") throws {
        try project.write(
            """
            resource "marks_item" "a" {
              name = "\(name)"
              file = "\(project.marksFile)"
              \(attributes)
            }

            """, to: "modules/app/main.tf")
        try project.writeStack("one")
    }

    /// The ids in the state; they are those of the marks when the state is what is there.
    private func ids(_ project: TestProject) async throws -> [String] {
        let resources = try await project.state(of: "one")["resources"]?.arrayValue ?? []
        return resources.flatMap { $0["instances"]?.arrayValue ?? [] }
            .compactMap { $0["attributes"]?["id"]?.stringValue }
    }

    /// Starts an apply that has made its mark and stands still.
    private func startStanding(
        _ project: TestProject, _ options: String...
    ) async throws -> (run: String, apply: RunningProcess) {
        try await project.useMarksProvider()
        try write(project, name: "a", "delay = 600")
        let apply = try project.start(stack: ["apply", "one", "--new", "--auto-approve"] + options)
        try await eventually("the mark is made") { !project.marks.isEmpty }
        return (try await project.newestRun(), apply)
    }

    @Test func `what a provider makes is planned, applied, replaced, found gone, imported and destroyed`()
        async throws
    {
        try await withProject { project in
            try await project.useMarksProvider()
            try write(project, name: "a")
            let planned = try await project.stack("plan", "one")
            #expect(planned.exitCode == 0, "\(planned.description)")
            #expect(planned.stdout.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "\(planned.description)")
            #expect(project.marks == [])
            let applied = try await project.stack(
                "apply", "--run", try await project.newestRun(), "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            let first = project.marks
            #expect(first.map(\.name) == ["a"])
            #expect(try await ids(project) == first.map(\.id))

            try write(project, name: "b")
            let replaced = try await project.stack("apply", "one", "--auto-approve")
            #expect(replaced.exitCode == 0, "\(replaced.description)")
            #expect(replaced.stdout.contains("# marks_item.a must be replaced"), "\(replaced.description)")
            let second = project.marks
            #expect(second.map(\.name) == ["b"])
            #expect(try await ids(project) == second.map(\.id))

            try project.write("", to: project.marksFile)
            let drifted = try await project.stack("plan", "one")
            #expect(drifted.stdout.contains("Plan: 1 to add, 0 to change, 0 to destroy."), "\(drifted.description)")
            // It is there again, but the state is made to forget it.
            try project.write("b \(second[0].id)\n", to: project.marksFile)
            try project.write(
                "removed {\n  from = marks_item.a\n  lifecycle {\n    destroy = false\n  }\n}\n",
                to: "modules/app/main.tf")
            let forgotten = try await project.stack("apply", "one", "--auto-approve")
            #expect(forgotten.exitCode == 0, "\(forgotten.description)")
            #expect(try await ids(project) == [] && project.marks == second)
            try write(project, name: "b")
            try project.write(
                "import {\n  to = marks_item.a\n  id = \"\(second[0].id)\"\n}\n", to: "modules/app/import.tf")
            let imported = try await project.stack("apply", "one", "--auto-approve")
            #expect(imported.exitCode == 0, "\(imported.description)")
            #expect(try await ids(project) == second.map(\.id) && project.marks == second)

            let destroyed = try await project.stack("destroy", "one", "--auto-approve")
            #expect(destroyed.exitCode == 0, "\(destroyed.description)")
            #expect(try await ids(project) == [] && project.marks == [])
        }
    }

    @Test func `a provider's error fails the run, and what it had made is kept as tainted`() async throws {
        try await withProject { project in
            try await project.useMarksProvider()
            try write(project, name: "a", "fail = \"the quota of marks is used up\"")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(
                applied.stderr.contains("error: Failed") && applied.stderr.contains("the quota of marks is used up"),
                "\(applied.description)")
            #expect(try await project.status(of: try await project.newestRun()) == "failed")
            #expect(try await ids(project) == project.marks.map(\.id))

            try write(project, name: "a", "warn = \"few marks are left\"")
            let mended = try await project.stack("apply", "one", "--auto-approve")
            #expect(mended.exitCode == 0, "\(mended.description)")
            #expect(mended.stdout.contains("# marks_item.a is tainted, so must be replaced"), "\(mended.description)")
            #expect(mended.stderr.contains("few marks are left"), "\(mended.description)")
            #expect(try await ids(project) == project.marks.map(\.id))
        }
    }

    @Test func `a run that is cancelled stops the provider when it may not wait, and keeps what it has made`()
        async throws
    {
        try await withProject { project in
            let (run, apply) = try await startStanding(project, "--stop-timeout", "0s")
            let canceled = try await project.stack("cancel", run)
            #expect(canceled.exitCode == 0, "\(canceled.description)")
            let applied = try await apply.result()
            #expect(applied.exitCode == 1 && applied.stderr.contains("error: Stopped"), "\(applied.description)")
            let shown = try await project.stack("run", run, "-o", "json").json
            #expect(shown["status"] == "canceled" && shown["unknownResources"] == .null)
            #expect(try await ids(project) == project.marks.map(\.id))
        }
    }

    @Test func `a provider whose Terraform is killed leaves nothing that runs, and its item is unknown`() async throws {
        try await withProject { project in
            let (run, apply) = try await startStanding(project)
            let terraform = processes(withEnvironment: "STACK_RUN_ID", value: run).first {
                arguments(of: $0).first?.hasSuffix("terraform") == true
            }
            kill(try #require(terraform), SIGKILL)
            let applied = try await apply.result()
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(applied.stderr.contains("`marks_item.a` is unknown: its create was under way"))
            #expect(try await project.status(of: run) == "failed")
            #expect(processes(withEnvironment: "STACK_RUN_ID", value: run) == [])
            #expect(try await ids(project) == [] && project.marks.map(\.name) == ["a"])
        }
    }

    @Test func `a provider that panics fails the run: its trace is shown, and what it was at is unknown`()
        async throws
    {
        try await withProject { project in
            try await project.useMarksProvider()
            try write(project, name: "a", "panic = \"no mark is left\"")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 1, "\(applied.description)")
            let run = try await project.newestRun()
            let logs = try await project.stack("logs", run)
            for text in [
                "error: Plugin did not respond", "panic: no mark is left", "main.(*item).Create",
                "`marks_item.a` is unknown: its create failed and may have had effects; the state does not show it",
            ] {
                #expect(applied.stderr.contains(text), "\(applied.description)")
                #expect(logs.stderr.contains(text), "\(logs.description)")
            }
            let shown = try await project.stack("run", run, "-o", "json").json
            #expect(shown["status"] == "failed")
            #expect(shown["unknownResources"]?.arrayValue?.map { $0["address"] } == ["marks_item.a"])
            // It has made its mark, of which the state knows nothing.
            #expect(try await ids(project) == [] && project.marks.map(\.name) == ["a"])
        }
    }
}
