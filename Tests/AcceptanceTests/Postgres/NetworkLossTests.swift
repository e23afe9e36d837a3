import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// A network that is gone when an apply comes to its end.
@Suite struct NetworkLossTests {
    @Test func `an apply whose database is away at its end waits for it, and nobody takes its lock meanwhile`()
        async throws
    {
        try await withOutage { project, stack, proxy, database in
            let (run, terminal) = try await stack.startApply()
            let executor = try await stack.loseNetworkAtEnd(proxy, of: run)
            let begin = ContinuousClock.now
            try await eventually("the follower tells of it") { terminal.stderr.contains("cannot be reached") }

            try await withClone(of: project, on: "elsewhere", at: database) { clone in
                let lock = try #require(try await clone.stack("state", "locks", "-o", "json").json.arrayValue?.first)
                #expect(lock["run"]?.stringValue == run)
                #expect(lock["host"]?.stringValue == ProcessInfo.processInfo.hostName)
                #expect(lock["user"] == "tester")
                #expect(lock["pid"]?.text == "\(executor)")
                #expect(lock["phase"] == "applying")
                #expect(lock["expired"] == false)
                let lastWord = try #require(lock["lastWord"]?.stringValue)
                #expect(abs(try Date(lastWord, strategy: timeStyle).timeIntervalSinceNow) < 60)
                let refused = try await clone.stack("apply", "dev", "--new", "--auto-approve")
                #expect(refused.exitCode == 75, "\(refused.description)")
                #expect(refused.stderr.contains("the stack `dev` is locked by run `\(run)` since"))
            }
            // Terraform has ended by itself, and what it left lies where it can be found.
            #expect(project.terraform(of: run) == nil && kill(executor, 0) == 0 && terminal.isRunning)
            #expect(project.files(below: ".stack/workspaces").contains { $0.hasSuffix("/terraform.tfstate") })
            // It tries for a quarter of a minute before it says that it waits, which is read when the network is back.
            try await Task.sleep(until: begin + .seconds(25))
            await proxy.refuse(false)

            let ended = try await terminal.result()
            #expect(ended.exitCode == 0, "\(ended.description)")
            #expect(ended.stderr.contains("The run goes on without it"), "\(ended.description)")
            #expect(ended.stderr.contains("dev │ waiting for the database\n"), "\(ended.description)")
            #expect(!ended.stderr.lowercased().contains("interrupt"), "\(ended.description)")
            try await stack.expectWhole(run)
        }
    }

    @Test func `a network that passes nothing on for half a minute only delays an apply`() async throws {
        try await withOutage { project, stack, proxy, database in
            let (run, terminal) = try await stack.startApply()
            try await eventually("half of it is made") { stack.marks.count >= 4 }
            await proxy.stall(true)
            let begin = ContinuousClock.now
            try stack.goOn()
            try await eventually("Terraform comes to its end") { project.terraform(of: run) == nil }
            #expect(stack.marks.sorted() == MarkedStack.items)
            try await Task.sleep(until: begin + .seconds(25))
            await proxy.stall(false)
            let ended = try await terminal.result()
            #expect(ended.exitCode == 0, "\(ended.description)")
            try await stack.expectWhole(run)
        }
    }

    @Test func `an executor that is killed while its database is away is recovered when it is back`() async throws {
        try await withOutage { project, stack, proxy, _ in
            let (run, terminal) = try await stack.startApply()
            let executor = try await stack.loseNetworkAtEnd(proxy, of: run)
            kill(executor, SIGKILL)
            let left = try await terminal.result()
            #expect(left.exitCode == 1, "\(left.description)")
            #expect(left.stderr.contains("the process that applies run `\(run)` has died"), "\(left.description)")
            await proxy.refuse(false)
            #expect(try await project.status(of: run) == "applying")

            let recovered = try await project.stack("recover")
            #expect(recovered.exitCode == 0, "\(recovered.description)")
            #expect(recovered.stderr.contains("Terraform went on to its end; its state was recovered: 8 resources."))
            try await stack.expectWhole(run)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `an interrupt ends the waiting for the database, tells where the state is, and the next plan takes it in`(
        _ signal: Int32
    ) async throws {
        try await withOutage { project, stack, proxy, _ in
            let (run, terminal) = try await stack.startApply()
            let executor = try await stack.loseNetworkAtEnd(proxy, of: run)
            // From here on it waits, which it can tell nobody.
            try await eventually("the follower tells of the outage") { terminal.stderr.contains("cannot be reached") }
            try await Task.sleep(for: .seconds(2))
            kill(executor, signal)
            let left = try await terminal.result()
            #expect(left.exitCode == 1, "\(left.description)")
            let workspace = try #require(
                project.files(below: ".stack/workspaces").first { $0.hasSuffix("/terraform.tfstate") })
            let folder = workspace.split(separator: "/").prefix(2).joined(separator: "/")
            #expect(left.stderr.contains("\(project.root)/.stack/workspaces/\(folder)"), "\(left.description)")
            #expect(left.stderr.contains("stack recover"), "\(left.description)")
            await proxy.refuse(false)

            let plan = try await project.stack("plan", "dev", "--detailed-exitcode")
            #expect(plan.exitCode == 0, "\(plan.description)")
            #expect(plan.stderr.contains("Terraform went on to its end; its state was recovered: 8 resources."))
            try await stack.expectWhole(run)
        }
    }

    @Test func `an apply can be interrupted from its terminal while its database is away`() async throws {
        try await withOutage { project, stack, proxy, _ in
            let (run, terminal) = try await stack.startApply()
            try await eventually("half of it is made") { stack.marks.count >= 4 }
            await proxy.refuse(true)
            await proxy.cutAll()
            terminal.send(SIGTERM)
            // What has begun comes to its end, and nothing begins after it.
            try await eventually("Terraform knows") {
                project.files(below: ".stack/workspaces").contains { file in
                    (try? project.read(".stack/workspaces/\(file)").contains("nterrupt received")) == true
                }
            }
            let begun = stack.marks
            try stack.goOn()
            try await eventually("Terraform comes to its end") { project.terraform(of: run) == nil }
            await proxy.refuse(false)
            let ended = try await terminal.result()
            #expect(ended.exitCode == 128 + SIGTERM, "\(ended.description)")
            #expect(try await project.status(of: run) == "canceled")
            #expect(stack.marks == begun)
            #expect(try await project.addresses(of: "dev").count == begun.count)
            try await stack.expectNothingLeft(of: run)
        }
    }

    /// Gives the body a stack, and the proxy between it and its database.
    private func withOutage(
        _ body: (TestProject, MarkedStack, PostgresProxy, _ database: String) async throws -> Void
    ) async throws {
        let server = try await PostgresServer.shared()
        try await withDatabase { database in
            try await withPostgresProxy(to: server.port) { proxy in
                try await withSharedProject(at: proxy.url(database)) { project in
                    try await body(project, try MarkedStack(project, standingStillAt: 4), proxy, database)
                }
            }
        }
    }
}

/// As `stack` writes times.
private let timeStyle = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

extension MarkedStack {
    /// Cuts and refuses all connections in the middle of the apply, and lets Terraform come to its end.
    ///
    /// - Returns: the executor, which has something to record by now.
    func loseNetworkAtEnd(_ proxy: PostgresProxy, of run: String) async throws -> pid_t {
        let executor = try await project.executor(of: run)
        try await eventually("half of it is made") { marks.count >= 4 }
        await proxy.refuse(true)
        await proxy.cutAll()
        try goOn()
        try await eventually("Terraform comes to its end") { project.terraform(of: run) == nil }
        #expect(marks.sorted() == Self.items)
        return executor
    }
}
