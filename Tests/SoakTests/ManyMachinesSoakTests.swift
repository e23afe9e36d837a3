import FaultMatrix
import TestSupport
import Testing

/// Twenty machines that share one database, for long.
@Suite struct ManyMachinesSoakTests {
    @Test
    func `twenty machines apply two hundred stacks, each wanted by two of them, and no apply is lost or overlaps`()
        async throws
    {
        try await withDatabase { database in
            let crowd = Crowd(machines: 20, stacks: 200)
            let outcome = try await crowd.play(in: database)
            #expect(outcome.problems == [])
            #expect(outcome.applied == 400)
            print(outcome)
        }
    }

    @Test func `connections that are cut again and again lose no apply and let none overlap`() async throws {
        let server = try await PostgresServer.shared()
        try await withDatabase { database in
            try await withPostgresProxy(to: server.port) { proxy in
                let cutting = Task {
                    while true {
                        try await Task.sleep(for: .milliseconds(Int.random(in: 50...500)))
                        await proxy.cutAll()
                    }
                }
                defer { cutting.cancel() }
                let outcome = try await Crowd(machines: 20, stacks: 40).play(
                    in: database, reachedAt: proxy.url(database))
                #expect(outcome.problems == [])
                #expect(outcome.applied == 80)
                print(outcome)
            }
        }
    }
}
