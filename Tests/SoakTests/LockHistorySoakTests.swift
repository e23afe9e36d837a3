import Foundation
import LockHistory
import Testing

/// What `make acceptance` does for half a minute.
///
/// `STACK_SOAK_MINUTES` says for how long (10), `STACK_SOAK_SEED` repeats what happened to whom.
@Suite struct LockHistorySoakTests {
    @Test
    func `whoever is stopped, killed or cut off and whenever, a lock has one holder and what was accepted is there`()
        async throws
    {
        let settings = ProcessInfo.processInfo.environment
        let minutes = settings["STACK_SOAK_MINUTES"].flatMap(Int.init) ?? 10
        var trial = LockTrial(duration: .seconds(60 * minutes))
        if let seed = settings["STACK_SOAK_SEED"].flatMap(UInt64.init) { trial.seed = seed }
        let report = try await trial.play()
        print(report.table)
        for violation in report.violations { Issue.record("\(violation)") }
        #expect(report.count(.acquire, .ok) >= 100 * minutes)
        #expect(report.count(.write, .ok) >= 200 * minutes)
        #expect(report.expiries >= 10 * minutes)
        #expect(report.count(.takeOver, .ok) >= minutes)
        #expect(report.count(.unknown) >= 10 * minutes)
    }
}
