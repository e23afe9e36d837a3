import Foundation
import JSON
import TestSupport
import Testing

/// A server that is started again, and connections that break, while `stack` works.
@Suite struct ServerRestartTests {
    @Test(arguments: [OwnPostgresServer.Stop.fast, .immediate])
    func `an apply and whoever follows it go on while their server is started again`(
        _ stop: OwnPostgresServer.Stop
    ) async throws {
        try await withPostgresServer("--durable") { own in
            try await withSharedProject(at: try await own.server.makeDatabase()) { project in
                let stack = try MarkedStack(project, standingStillAt: 4)
                let (run, terminal) = try await stack.startApply()
                try await eventually("half of it is made") { stack.marks.count >= 4 }
                try await own.stop(stop)
                try stack.goOn()
                try await eventually("Terraform makes the other half") { stack.marks.count == 8 }
                try await own.start()

                let ended = try await terminal.result()
                #expect(ended.exitCode == 0, "\(ended.description)")
                #expect(!ended.stderr.contains("cannot be reached"), "\(ended.description)")
                try await stack.expectWhole(run)
            }
        }
    }

    @Test func `connections that are cut again and again cost a plan and an apply nothing, and nothing is done twice`()
        async throws
    {
        try await withDatabase { database in
            let server = try await PostgresServer.shared()
            try await withPostgresProxy(to: server.port) { proxy in
                try await withSharedProject(at: proxy.url(database)) { project in
                    let stack = try MarkedStack(project, then: "sleep 1")
                    try stack.goOn()
                    // The tables are made in one transaction, which takes longer than there is between two cuts.
                    let first = try await project.stack("runs")
                    try #require(first.exitCode == 0, "\(first.description)")
                    let plan = try await cutting(proxy, while: try project.start("plan", "dev"))
                    #expect(plan.exitCode == 0, "\(plan.description)")
                    let run = try await project.newestRun()
                    let apply = try await cutting(
                        proxy, while: try project.start("apply", "--run", run, "--new", "--auto-approve"))
                    #expect(apply.exitCode == 0, "\(apply.description)")
                    #expect(!apply.stderr.contains("cannot be reached"), "\(apply.description)")
                    try await stack.expectWhole(run)
                    let versions = try await project.stack("state", "versions", "dev", "-o", "json").json
                    #expect(versions.arrayValue?.map { $0["run"]?.stringValue } == [run, nil], "\(versions.text)")
                }
            }
        }
    }

    @Test func `a command whose first connection is cut off makes another`() async throws {
        try await withDatabase { database in
            let server = try await PostgresServer.shared()
            try await withPostgresProxy(to: server.port) { proxy in
                try await withSharedProject(at: proxy.url(database)) { project in
                    _ = try MarkedStack(project)
                    await proxy.refuse(true)
                    let runs = try project.start("runs")
                    try await Task.sleep(for: .milliseconds(400))
                    await proxy.refuse(false)
                    let result = try await runs.result()
                    #expect(result.exitCode == 0, "\(result.description)")
                }
            }
        }
    }

    private func cutting(_ proxy: PostgresProxy, while process: RunningProcess) async throws -> CommandResult {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await Task.sleep(for: .milliseconds(300))
                    await proxy.cutAll()
                }
            }
            defer { group.cancelAll() }
            return try await process.result()
        }
    }
}
