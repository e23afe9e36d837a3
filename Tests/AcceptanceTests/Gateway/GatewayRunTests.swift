import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// Runs of a stack whose provider is behind the gateway, as it is unless somebody does not want it.
@Suite struct GatewayRunTests {
    /// A stack of one item, with more of its attributes; its provider notes each of its starts.
    private func write(_ project: TestProject, name: String = "a", _ more: String = "", spec: String = "") throws {
        try project.write(GatewayTests.item(name, project, more), to: "modules/app/main.tf")
        try project.writeStack("one", spec: spec)
    }

    private func useProvider(_ project: TestProject) async throws {
        try await project.useMarksProvider()
        try InitialisedFolder.changeProvider(project) {
            "#!/bin/sh\necho start >> '\(project.scratch)/starts'\n" + $0.dropFirst("#!/bin/sh\n".count)
        }
    }

    /// How many providers a command started.
    private func starts(_ project: TestProject, _ arguments: String...) async throws -> (Int, CommandResult) {
        func count() -> Int { ((try? project.read(project.scratch + "/starts")) ?? "").split(separator: "\n").count }
        let before = count()
        let result = try await project.start(stack: arguments).result()
        #expect(result.exitCode == 0, "\(result.description)")
        return (count() - before, result)
    }

    /// Starts an apply of an item that takes so many seconds, and waits for its mark.
    private func startApply(
        _ project: TestProject, delay: Int, _ options: String...
    ) async throws -> (run: String, apply: RunningProcess) {
        try await useProvider(project)
        try write(project, "delay = \(delay)")
        let apply = try project.start(stack: ["apply", "one", "--new", "--auto-approve"] + options)
        try await eventually("the mark is made") { !project.marks.isEmpty }
        return (try await project.newestRun(), apply)
    }

    /// Starts a plan whose provider stands still while it reads.
    private func startPlan(_ project: TestProject) async throws -> RunningProcess {
        try await useProvider(project)
        try write(project)
        _ = try await starts(project, "apply", "one", "--new", "--auto-approve")
        let plan = try project.start("plan", "one", environment: ["MARKS_READ_DELAY": "600"])
        try await eventually("a provider reads") { project.exists(project.marksFile + ".reading") }
        return plan
    }

    private func isTainted(_ project: TestProject) async throws -> Bool? {
        let resource = try await project.state(of: "one")["resources"]?.arrayValue?.first
        return resource?["instances"]?.arrayValue?.first.map { $0["status"] == "tainted" }
    }

    @Test func `a provider is started once for what Terraform configures once, and not for a validation`() async throws
    {
        try await withProject { project in
            try await useProvider(project)
            try write(project)
            _ = try await starts(project, "plan", "one")
            let (planned, plan) = try await starts(project, "plan", "one")
            #expect(planned == 1)
            let (alone, stock) = try await starts(project, "plan", "one", "--no-provider-gateway")
            #expect(alone > 1)
            let run = try await project.newestRun()
            func shown(_ result: CommandResult) -> [String] {
                result.lines.filter { !$0.contains("stack apply --run") && !$0.contains("planned (") }
            }
            #expect(shown(plan) == shown(stock))
            // A plan that was made without the gateway is applied behind it.
            #expect(try await starts(project, "apply", "--run", run, "--new", "--auto-approve").0 == 1)
            // To plan a destruction Terraform first refreshes, with a provider that it configures for that.
            #expect(try await starts(project, "destroy", "one", "--auto-approve").0 == 3)
            #expect(project.marks == [] && project.livingProcesses == [])

            try write(project, spec: "providerGateway: false")
            #expect(try await starts(project, "plan", "one").0 > 1)
        }
    }

    @Test func `a plan that asks for a type that was cut is made once more with all`() async throws {
        try await withProject { project in
            try await useProvider(project)
            try write(project)
            // A name that Terraform looks for and the text does not hold in one piece.
            try project.write(
                #"{"resource":{"marks_\u006fther":{"a":{"name":"b","file":"\#(project.marksFile)"}}}}"#,
                to: "modules/app/more.tf.json")
            let planned = try await project.stack("plan", "one")
            #expect(planned.exitCode == 0, "\(planned.description)")
            #expect(planned.stdout.contains("Plan: 2 to add, 0 to change, 0 to destroy."), "\(planned.description)")
            #expect(planned.stderr.contains("it plans once more, with all"), "\(planned.description)")
            #expect(!planned.stderr.contains("Invalid resource type"), "\(planned.description)")
            // What is invalid for another reason is said once.
            try project.write("resource \"marks_nothing\" \"a\" {}\n", to: "modules/app/wrong.tf")
            let refused = try await project.stack("plan", "one")
            #expect(refused.exitCode == 1, "\(refused.description)")
            #expect(refused.stderr.components(separatedBy: "error: Invalid resource type").count == 2)
        }
    }

    @Test func `a run that is cancelled lets what is being made come to its end`() async throws {
        try await withProject { project in
            let (run, apply) = try await startApply(project, delay: 4)
            #expect(try await project.stack("cancel", run).exitCode == 0)
            let applied = try await apply.result()
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(
                applied.stderr.contains("note: what is being made comes to its end; after 600 seconds, or"),
                "\(applied.description)")
            #expect(try await project.status(of: run) == "canceled")
            #expect(try await isTainted(project) == false && project.marks.map(\.name) == ["a"])
            #expect(project.livingProcesses == [])
        }
    }

    @Test func `a second interrupt of the executor, or the end of the time to stop, stops the provider`() async throws {
        for options in [[], ["--stop-timeout", "1s"]] {
            try await withProject { project in
                try await useProvider(project)
                try write(project, "delay = 600")
                let apply = try project.start(stack: ["apply", "one", "--new", "--auto-approve"] + options)
                try await eventually("the mark is made") { !project.marks.isEmpty }
                let run = try await project.newestRun()
                let executor = try await project.executor(of: run)
                kill(executor, SIGINT)
                if options.isEmpty {
                    try await eventually("the interrupt has come") { apply.stderr.contains("comes to its end") }
                    kill(executor, SIGINT)
                }
                let applied = try await apply.result(within: .seconds(30))
                #expect(applied.exitCode == 1 && applied.stderr.contains("error: Stopped"), "\(applied.description)")
                #expect(try await project.status(of: run) == "canceled")
                #expect(try await isTainted(project) == true)
            }
        }
    }

    @Test func `what kills a gateway ends its providers, and names what they were at`() async throws {
        try await withProject { project in
            let (run, apply) = try await startApply(project, delay: 600)
            let gateway = processes(withEnvironment: "STACK_RUN_ID", value: run).first {
                arguments(of: $0).contains("gateway")
            }
            kill(try #require(gateway), SIGKILL)
            let applied = try await apply.result()
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(applied.stderr.contains("`marks_item.a` is unknown"), "\(applied.description)")
            #expect(applied.stderr.contains("error: Plugin did not respond"), "\(applied.description)")
            #expect(try await project.status(of: run) == "failed")
            #expect(project.livingProcesses == [])
        }
    }

    @Test func `two interrupts are to a Terraform without its gateway as one`() async throws {
        try await withProject { project in
            try await useProvider(project)
            try write(project, "delay = 600", spec: "environment: [{name: MARKS_SCHEMA_IS_ASKED_FOR, value: \"1\"}]")
            let apply = try project.start("apply", "one", "--new", "--auto-approve")
            try await eventually("the mark is made") { !project.marks.isEmpty }
            let executor = try await project.executor(of: try await project.newestRun())
            for _ in 1...2 { kill(executor, SIGINT) }
            let applied = try await apply.result(within: .seconds(60))
            #expect(applied.stderr.contains("error: Stopped"), "\(applied.description)")
            #expect(!applied.stderr.contains("Two interrupts received"), "\(applied.description)")
            // Terraform had the time to save what the provider had made.
            #expect(try await isTainted(project) == true)
        }
    }

    @Test func `an executor that is killed cuts nothing off, and its run is recovered`() async throws {
        try await withProject { project in
            let (run, apply) = try await startApply(project, delay: 3)
            kill(try await project.executor(of: run), SIGKILL)
            _ = try await apply.result()
            let recovered = try await project.stack("recover")
            #expect(recovered.exitCode == 0, "\(recovered.description)")
            #expect(try await project.status(of: run) == "succeeded", "\(recovered.description)")
            #expect(try await isTainted(project) == false && project.marks.map(\.name) == ["a"])
            #expect(project.livingProcesses == [])
        }
    }

    @Test func `a plan that is killed leaves no provider`() async throws {
        try await withProject { project in
            let plan = try await startPlan(project)
            plan.send(SIGKILL)
            _ = try await plan.result()
            try await eventually("all that the plan has started is gone", within: .seconds(60)) {
                // Whoever comes next kills what a dead plan has left.
                _ = try await project.stack("recover")
                return project.livingProcesses == []
            }
        }
    }

    @Test func `a plan that is interrupted stops what is being read at once`() async throws {
        try await withProject { project in
            let plan = try await startPlan(project)
            plan.send(SIGINT)
            let planned = try await plan.result(within: .seconds(30))
            #expect(planned.exitCode == 130, "\(planned.description)")
            #expect(project.livingProcesses == [])
        }
    }

    @Test func `a program that is replaced while it works goes on as what it was`() async throws {
        try await withProject { project in
            try await useProvider(project)
            try write(project)
            let copy = project.scratch + "/stack"
            try FileManager.default.copyItem(atPath: try TestProject.program, toPath: copy)
            project.callStack(by: [copy])
            // Terraform's first call is before any gateway and any executor.
            try project.wrapTerraform("rm -f '\(copy)'; printf '#!/bin/sh\nexit 99\n' > '\(copy)'; chmod +x '\(copy)'")
            let applied = try await project.stack("apply", "one", "--new", "--auto-approve")
            #expect(applied.exitCode == 0, "\(applied.description)")
            #expect(project.marks.map(\.name) == ["a"])
        }
    }

    @Test func `what keeps the gateway aside is told as a warning of the run`() async throws {
        try await withProject { project in
            try await useProvider(project)
            try write(project, spec: "environment: [{name: MARKS_SCHEMA_IS_ASKED_FOR, value: \"1\"}]")
            let planned = try await project.stack("plan", "one")
            #expect(planned.exitCode == 0, "\(planned.description)")
            #expect(
                planned.stderr.components(separatedBy: "warning: Terraform starts `provider.test/stack/marks` itself")
                    .count == 2, "\(planned.description)")
        }
    }

    @Test func `doctor shows what the gateway knows, and gc forgets it`() async throws {
        try await withProject { project in
            try await useProvider(project)
            try write(project)
            try project.writeStack("two")
            for stack in ["one", "two"] { _ = try await starts(project, "plan", stack) }
            let doctor = try await project.stack("doctor")
            let line = try #require(doctor.lines.first { $0.contains("provider gateway") }, "\(doctor.description)")
            #expect(
                line.contains("1 provider schema, 1 valid configuration, 1 checked package;")
                    && line.contains("answers of the last 2 commands"), "\(line)")
            let kept = try await project.stack("gc")
            #expect(kept.exitCode == 0 && kept.stderr.contains("0 KiB removed."), "\(kept.description)")
            let removed = try await project.stack("gc", "--older-than", "0s")
            #expect(removed.exitCode == 0 && !removed.stderr.contains(" 0 KiB"), "\(removed.description)")
            let empty = try await project.stack("doctor")
            #expect(
                empty.stdout.contains("0 provider schemas, 0 valid configurations, 0 checked packages; 0 KiB"),
                "\(empty.description)")
            #expect(try await starts(project, "plan", "one").0 == 1)
        }
    }
}
