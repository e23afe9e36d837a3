import LockHistory
import Testing

/// Half a minute of what `make soak` does for longer.
@Suite struct LockHistoryTests {
    @Test func `whoever is stopped, killed or cut off, a lock has one holder and what was accepted is there`()
        async throws
    {
        let report = try await LockTrial(duration: .seconds(30), until: muchHasHappened).play()
        print(report.table)
        for violation in report.violations { Issue.record("\(violation)") }
        #expect(muchHasHappened(report.counts), "it shows nothing")
    }

    @Test func `the checker sees writes that only a look at the token keeps out`() async throws {
        var trial = LockTrial(duration: .seconds(15)) { $0.count(.write, .refused) >= 12 }
        trial.ignoresTokens = true
        let report = try await trial.play()
        print(report.table)
        #expect(report.violations.contains { $0.rule == .oldTokensWriteNothing })
        #expect(report.violations.contains { $0.rule == .oneHolderAtATime || $0.rule == .nothingIsLost })
    }
}

/// Where nothing happened, nothing was shown.
private func muchHasHappened(_ counts: LockCounts) -> Bool {
    counts.count(.acquire, .ok) >= 40 && counts.count(.write, .ok) >= 100 && counts.count(.finish, .ok) >= 10
        && counts.expiries >= 3 && counts.count(.takeOver, .ok) >= 1 && counts.count(.write, .refused) >= 3
        && counts.count(.unknown) >= 5
}
