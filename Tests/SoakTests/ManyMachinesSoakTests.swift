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
}
