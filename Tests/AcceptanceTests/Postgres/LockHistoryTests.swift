import LockHistory
import Testing

/// Half a minute of what `make soak` does for longer.
@Suite struct LockHistoryTests {
    @Test func `whoever is stopped, killed or cut off, a lock has one holder and what was accepted is there`()
        async throws
    {
        let report = try await LockTrial(duration: .seconds(30)).play()
        print(report.table)
        for violation in report.violations { Issue.record("\(violation)") }
        report.expectThatMuchHappened()
    }

    @Test func `the checker sees writes that only a look at the token keeps out`() async throws {
        var trial = LockTrial(duration: .seconds(20))
        trial.ignoresTokens = true
        let report = try await trial.play()
        print(report.table)
        #expect(report.violations.contains { $0.rule == .oldTokensWriteNothing })
        #expect(report.violations.contains { $0.rule == .oneHolderAtATime || $0.rule == .nothingIsLost })
    }
}

extension LockReport {
    /// Where nothing happened, nothing was shown.
    fileprivate func expectThatMuchHappened() {
        #expect(count(.acquire, .ok) >= 40)
        #expect(count(.write, .ok) >= 100)
        #expect(count(.finish, .ok) >= 10)
        #expect(expiries >= 3)
        #expect(count(.takeOver, .ok) >= 1)
        #expect(count(.write, .refused) >= 3)
        #expect(count(.unknown) >= 5)
    }
}
