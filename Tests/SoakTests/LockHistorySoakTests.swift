import Foundation
import LockHistory
import Testing

/// What `make acceptance` does for half a minute.
///
/// `STACK_SOAK_MINUTES` says for how long at the least (10), `STACK_SOAK_SEED` repeats what happened to whom.
@Suite struct LockHistorySoakTests {
    @Test
    func `whoever is stopped, killed or cut off at any time, a lock has one holder and what was accepted is there`()
        async throws
    {
        let settings = ProcessInfo.processInfo.environment
        let minutes = settings["STACK_SOAK_MINUTES"].flatMap(Int.init) ?? 10
        let muchHasHappened: @Sendable (LockCounts) -> Bool = { counts in
            counts.count(.acquire, .ok) >= 100 * minutes && counts.count(.write, .ok) >= 200 * minutes
                && counts.expiries >= 10 * minutes && counts.count(.takeOver, .ok) >= 2 * minutes
                && counts.count(.write, .refused) >= 10 * minutes && counts.count(.unknown) >= 10 * minutes
        }
        var trial = LockTrial(duration: .seconds(60 * minutes), until: muchHasHappened)
        if let seed = settings["STACK_SOAK_SEED"].flatMap(UInt64.init) { trial.seed = seed }
        let report = try await trial.play()
        print(report.table)
        for violation in report.violations { Issue.record("\(violation)") }
        #expect(muchHasHappened(report.counts), "it shows nothing")
    }
}
