import FaultMatrix
import TestSupport
import Testing

/// Twenty machines that share one database.
@Suite struct ManyMachinesTests {
    @Test
    func `twenty machines apply thirty stacks, each wanted by two of them, and no apply is lost or overlaps another`()
        async throws
    {
        try await withDatabase { database in
            let crowd = Crowd(machines: 20, stacks: 30)
            let outcome = try await crowd.play(in: database)
            #expect(outcome.problems == [])
            #expect(outcome.applied == 60)
            print(outcome)
        }
    }
}
