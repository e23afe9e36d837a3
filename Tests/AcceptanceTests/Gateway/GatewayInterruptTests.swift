import Foundation
import Glibc
import TestSupport
import Testing

/// A create is under way when somebody asks for the end.
@Suite struct GatewayInterruptTests {
    /// Starts an apply that has made the mark of `a`, and makes `b` afterwards.
    private func start(
        _ project: TestProject, delay: Int, options: [String]? = [], environment: [String: String] = [:]
    ) async throws -> (folder: InitialisedFolder, apply: RunningProcess) {
        let folder = try await InitialisedFolder.withMarks(
            project,
            GatewayTests.item("a", project, "delay = \(delay)")
                + GatewayTests.item("b", project, "depends_on = [marks_item.a]"))
        let command = ["apply", "-auto-approve", "-no-color"]
        let apply =
            try options.map { try folder.start(gateway: command, options: $0, environment: environment) }
            ?? folder.start(command)
        try await eventually("the mark is made") { !project.marks.isEmpty }
        return (folder, apply)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func `the first interrupt lets what is being made come to its end, and begins nothing`(signal: Int32) async throws {
        try await withProject { project in
            let (folder, apply) = try await start(project, delay: 3)
            apply.send(signal)
            let applied = try await apply.result()
            #expect(applied.exitCode == 1, "\(applied.description)")
            #expect(applied.stdout.contains("marks_item.a: Creation complete"), "\(applied.description)")
            #expect(try folder.state() == ["marks_item.a": false] && project.marks.map(\.name) == ["a"])
            #expect(folder.processes == [])
        }
    }

    @Test(arguments: [("HUP", SIGHUP), ("INT", SIGINT), ("TERM", SIGTERM)])
    func `a signal that whoever starts the gateway ignores, as nohup does, is no interrupt`(
        name: String, signal: Int32
    ) async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(
                project,
                GatewayTests.item("a", project, "delay = 2")
                    + GatewayTests.item("b", project, "depends_on = [marks_item.a]"))
            let apply = try project.start(
                "sh",
                ["-c", "trap '' \(name); exec \"$@\"", "sh"] + project.call
                    + ["gateway", "--", "terraform", "apply", "-auto-approve", "-no-color"],
                environment: folder.environment, in: project.path(InitialisedFolder.name))
            try await eventually("the mark is made") { !project.marks.isEmpty }
            apply.send(signal)
            let applied = try await apply.result()
            #expect(applied.exitCode == 0 && applied.stderr == "", "\(applied.description)")
            #expect(try folder.state() == ["marks_item.a": false, "marks_item.b": false])
        }
    }

    /// A version manager may start Terraform as a child of its own.
    @Test func `a Terraform behind another program is the gateway's all the same`() async throws {
        try await withProject { project in
            let folder = try await InitialisedFolder.withMarks(project, GatewayTests.item("a", project, "delay = 3"))
            let script = try project.script("manager", "trap '' INT\nterraform \"$@\"\nexit $?\n")
            let apply = try project.start(
                stack: ["gateway", "--", script, "apply", "-auto-approve", "-no-color"],
                environment: folder.environment, in: project.path(InitialisedFolder.name))
            try await eventually("the mark is made") { !project.marks.isEmpty }
            let terraform = project.livingProcesses.first {
                arguments(of: $0) == ["terraform", "apply", "-auto-approve", "-no-color"]
            }
            kill(try #require(terraform), SIGINT)
            let applied = try await apply.result()
            #expect(applied.stdout.contains("marks_item.a: Creation complete"), "\(applied.description)")
            #expect(try folder.state() == ["marks_item.a": false])
        }
    }

    @Test func `without the gateway the same interrupt stops the provider`() async throws {
        try await withProject { project in
            let (folder, apply) = try await start(project, delay: 600, options: nil)
            apply.send(SIGINT)
            let applied = try await apply.result()
            #expect(applied.exitCode == 1 && applied.stderr.contains("Error: Stopped"), "\(applied.description)")
            #expect(try folder.state() == ["marks_item.a": true])
        }
    }

    @Test func `the second interrupt stops the provider, and its resource is kept as tainted`() async throws {
        try await withProject { project in
            let (folder, apply) = try await start(project, delay: 600)
            apply.send(SIGINT)
            try await eventually("Terraform has asked for the end") { apply.stdout.contains("Interrupt received.") }
            #expect(apply.isRunning && !apply.stdout.contains("Stopped"))
            apply.send(SIGINT)
            let applied = try await apply.result(within: .seconds(30))
            #expect(applied.exitCode == 1 && applied.stderr.contains("Error: Stopped"), "\(applied.description)")
            #expect(try folder.state() == ["marks_item.a": true])
            #expect(folder.processes == [])
        }
    }

    @Test func `the third interrupt is Terraform's second one`() async throws {
        try await withProject { project in
            // It is stopped by nothing.
            let (folder, apply) = try await start(project, delay: 600, environment: ["MARKS_DO_NOT_STOP": "1"])
            apply.send(SIGINT)
            try await eventually("Terraform has asked for the end") { apply.stdout.contains("Interrupt received.") }
            apply.send(SIGINT)
            try await eventually("the second one has come") { apply.stderr.contains("the providers are asked to stop") }
            apply.send(SIGINT)
            let applied = try await apply.result(within: .seconds(30))
            #expect(
                applied.exitCode == 1 && applied.stderr.contains("Two interrupts received"), "\(applied.description)")
            #expect(folder.processes == [])
        }
    }

    @Test func `after the time for stopping the provider is stopped, and its resource is kept as tainted`() async throws
    {
        try await withProject { project in
            let (folder, apply) = try await start(project, delay: 600, options: ["--stop-timeout", "1s"])
            apply.send(SIGINT)
            let applied = try await apply.result(within: .seconds(30))
            #expect(applied.exitCode == 1 && applied.stderr.contains("Error: Stopped"), "\(applied.description)")
            #expect(try folder.state() == ["marks_item.a": true])
            #expect(folder.processes == [])
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `who asks for the end before Terraform has started is not kept waiting`(signal: Int32) async throws {
        try await withProject { project in
            try await project.useMarksProvider(in: InitialisedFolder.name)
            try InitialisedFolder.changeProvider(project) { _ in "#!/bin/sh\nexec sleep 600\n" }
            let folder = try await InitialisedFolder(project, "output \"a\" {\n  value = 1\n}\n")
            let plan = try folder.start(gateway: ["plan"])
            try await eventually("a provider is started") {
                project.livingProcesses.contains { arguments(of: $0) == ["sleep", "600"] }
            }
            plan.send(signal)
            let planned = try await plan.result(within: .seconds(10))
            #expect(planned.exitCode == 128 + signal && planned.stdout == "", "\(planned.description)")
            #expect(project.livingProcesses == [])
            #expect(project.files(below: "\(project.scratch)/tmp") == [])
        }
    }

    @Test func `a Terraform that is killed in the middle of calls leaves no provider, and its end is the gateway's`()
        async throws
    {
        try await withProject { project in
            let (folder, apply) = try await start(project, delay: 600)
            let terraform = project.livingProcesses.first {
                arguments(of: $0).dropFirst() == ["apply", "-auto-approve", "-no-color"]
            }
            kill(try #require(terraform), SIGKILL)
            let applied = try await apply.result(within: .seconds(30))
            #expect(applied.exitCode == 137 && applied.stderr == "", "\(applied.description)")
            #expect(folder.processes == [])
            #expect(project.files(below: "\(project.scratch)/tmp") == [])
        }
    }

    @Test func `a gateway that is killed leaves no provider`() async throws {
        try await withProject { project in
            let (folder, apply) = try await start(project, delay: 600)
            #expect(folder.processes.contains { $0.contains("terraform-provider-marks") })
            apply.send(SIGKILL)
            try await eventually("providers and Terraform have ended") { folder.processes == [] }
            // What Terraform could not know.
            #expect(try folder.state() == [:] && project.marks.map(\.name) == ["a"])

            // What it has left is removed by another one, when that can be sure.
            let temporary = project.scratch + "/tmp"
            let left = try FileManager.default.contentsOfDirectory(atPath: temporary).filter {
                $0.hasPrefix("stack-gw-")
            }
            #expect(left.count == 2)
            let past = Date(timeIntervalSinceNow: -120)
            for name in left {
                try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: "\(temporary)/\(name)")
            }
            #expect(try await folder.gateway("validate").exitCode == 0)
            let now = try FileManager.default.contentsOfDirectory(atPath: temporary).filter {
                $0.hasPrefix("stack-gw-")
            }
            #expect(now == [])
        }
    }
}
