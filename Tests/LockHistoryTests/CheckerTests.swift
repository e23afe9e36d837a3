import LockHistory
import Testing

/// A history in which all is well, and for each rule one in which it is broken.
struct CheckerTests {
    /// The first run is taken over after its lease; the second applies, is killed, taken over and ended; the third
    /// applies to its end.
    private var good: [Operation] {
        [
            Operation(.acquire, "run-1", token: 1, at: 0),
            Operation(.write, "run-1", token: 1, number: 1, sequence: 2, at: 10),
            Operation(.acquire, "run-2", token: 2, at: 20),
            Operation(.write, "run-1", token: 1, number: 2, at: 30, .refused),
            Operation(.consume, "run-2", token: 2, at: 40),
            Operation(.write, "run-2", token: 2, number: 1, sequence: 3, at: 50),
            Operation(.write, "run-2", token: 2, number: 2, at: 60, .unknown),
            Operation(.acquire, "run-3", at: 70, .refused),
            Operation(.takeOver, "run-2", token: 3, at: 80),
            Operation(.end, "run-2", token: 3, at: 90),
            Operation(.acquire, "run-3", token: 4, at: 100),
            Operation(.consume, "run-3", token: 4, at: 110),
            Operation(.write, "run-3", token: 4, number: 1, sequence: 5, at: 120),
            Operation(.finish, "run-3", token: 4, at: 130),
        ]
    }

    private var kept: [String: KeptRun] {
        [
            "run-1": KeptRun("run-1", "run-1/1", at: 2, isSettled: false),
            "run-2": KeptRun("run-2", "run-2/2", at: 4),
            "run-3": KeptRun("run-3", "run-3/1", at: 5, hasSucceeded: true),
        ]
    }

    private func rules(_ operations: [Operation], _ runs: [String: KeptRun]? = nil) -> Set<Violation.Rule> {
        Set(Checker.violations(in: operations.shuffled(), leaving: Array((runs ?? kept).values)).map(\.rule))
    }

    @Test func `a good history has no violation`() {
        #expect(rules(good) == [])
    }

    @Test func `a write that was not heard of may be there or not`() {
        var runs = kept
        runs["run-2"] = KeptRun("run-2", "run-2/1", at: 3)
        #expect(rules(good, runs) == [])
    }

    @Test(arguments: [3, 4])
    func `a token that is not higher than one before is found`(token: Int) {
        #expect(rules(good + [Operation(.acquire, "run-4", token: token, at: 140)]) == [.tokensRise])
    }

    @Test func `a token that is given twice at once is found`() {
        let twins = [
            Operation(.acquire, "run-4", token: 5, at: 140, for: 10),
            Operation(.acquire, "run-5", token: 5, at: 145, for: 10),
        ]
        #expect(rules(good + twins) == [.tokensRise])
    }

    @Test(arguments: [Operation.Kind.renew, .consume, .finish, .end])
    func `whatever is accepted of an old token is found`(kind: Operation.Kind) {
        var runs = kept
        runs["run-1"] = KeptRun("run-1", "run-1/1", at: 2, hasSucceeded: true)
        let late = Operation(kind, "run-1", token: 1, at: 106, for: 1)
        #expect(rules(good + [late], runs).contains(.oldTokensWriteNothing))
    }

    @Test func `a write of an old token that overlaps the taking of a new one is none`() {
        var runs = kept
        runs["run-1"] = KeptRun("run-1", "run-1/2", at: 3, isSettled: false)
        runs["run-2"] = KeptRun("run-2", "run-2/2", at: 5)
        let overlapping = [
            Operation(.acquire, "run-1", token: 1, at: 0),
            Operation(.write, "run-1", token: 1, number: 1, sequence: 2, at: 10),
            Operation(.write, "run-1", token: 1, number: 2, sequence: 3, at: 20, for: 30),
            Operation(.acquire, "run-2", token: 2, at: 25, for: 15),
            Operation(.write, "run-2", token: 2, number: 2, sequence: 5, at: 60),
        ]
        #expect(rules(overlapping, runs.filter { $0.key != "run-3" }.mapValues { $0 }) == [])
    }

    @Test func `a write after the lock was given back is found`() {
        var runs = kept
        runs["run-3"] = KeptRun("run-3", "run-3/2", at: 6, hasSucceeded: true)
        let late = Operation(.write, "run-3", token: 4, number: 2, sequence: 6, at: 140)
        #expect(rules(good + [late], runs) == [.oldTokensWriteNothing])
    }

    @Test func `writes of two holders that alternate are found, although they overlap in time`() {
        let writes = [
            Operation(.acquire, "run-1", token: 1, at: 0), Operation(.acquire, "run-2", token: 2, at: 0, for: 100),
            Operation(.write, "run-1", token: 1, number: 1, sequence: 2, at: 10, for: 80),
            Operation(.write, "run-2", token: 2, number: 1, sequence: 3, at: 10, for: 80),
            Operation(.write, "run-1", token: 1, number: 2, sequence: 4, at: 10, for: 80),
        ]
        let runs = [
            "run-1": KeptRun("run-1", "run-1/2", at: 4, isSettled: false),
            "run-2": KeptRun("run-2", "run-2/1", at: 3, isSettled: false),
        ]
        #expect(rules(writes, runs) == [.oneHolderAtATime])
    }

    @Test func `writes whose places are not in the order in which they followed each other are found`() {
        var runs = kept
        runs["run-3"] = KeptRun("run-3", "run-3/1", at: 7, hasSucceeded: true)
        let swapped = good.map { operation in
            operation.run == "run-3" && operation.kind == .write
                ? Operation(.write, "run-3", token: 4, number: 1, sequence: 7, at: 120) : operation
        }
        let second = Operation(.write, "run-3", token: 4, number: 2, sequence: 6, at: 126, for: 2)
        #expect(rules(swapped + [second], runs) == [.orderIsKept])
        let twin = Operation(.write, "run-3", token: 4, number: 2, sequence: 5, at: 126, for: 2)
        #expect(rules(good + [twin]).contains(.orderIsKept))
    }

    @Test func `a write that is gone, or is another one's, is found`() {
        for state in [nil, KeptState(sequence: 4, isSettled: true, content: "run-3/1")] {
            var runs = kept
            runs["run-3"] = KeptRun(id: "run-3", hasSucceeded: true, state: state)
            #expect(rules(good, runs) == [.nothingIsLost])
        }
        for (content, sequence) in [("run-1/2", 5), ("run-3/2", 5), ("run-3/2", 6)] {
            var runs = kept
            runs["run-3"] = KeptRun("run-3", content, at: sequence, hasSucceeded: true)
            #expect(rules(good, runs) == [.nothingIsLost])
        }
    }

    @Test func `an end that was accepted and is not there is found`() {
        for run in [
            KeptRun("run-3", "run-3/1", at: 5),
            KeptRun("run-3", "run-3/1", at: 5, isSettled: false, hasSucceeded: true),
        ] {
            var runs = kept
            runs["run-3"] = run
            #expect(rules(good, runs) == [.nothingIsLost])
        }
    }

    @Test func `a lock that is given to another before its lease is over is found`() {
        let first = Operation(.acquire, "run-8", token: 5, at: 140, for: 1)
        let renewed = Operation(.renew, "run-8", token: 5, at: 148, for: 1)
        let released = Operation(.release, "run-8", token: 5, at: 142, .unknown)
        func second(at time: UInt64) -> Operation { Operation(.acquire, "run-9", token: 6, at: time, for: 1) }
        #expect(rules(good + [first, second(at: 145)]) == [.leasesAreKept])
        #expect(rules(good + [first, second(at: 150)]) == [])
        #expect(rules(good + [first, renewed, second(at: 155)]) == [.leasesAreKept])
        #expect(rules(good + [first, renewed, second(at: 158)]) == [])
        #expect(rules(good + [first, released, second(at: 145)]) == [])
    }

    @Test func `the lock of a run that applies, given to another, is found`() {
        let before = good.filter { !($0.kind == .takeOver || $0.kind == .end) }
        #expect(rules(before) == [.applyingIsNotTakenOver])
        let end = Operation(.finish, "run-2", token: 2, at: 85, .unknown)
        #expect(rules(before + [end]) == [])
    }

    @Test func `an answer that must never be is found`() {
        #expect(rules(good + [Operation(.write, "run-3", token: 4, number: 2, at: 125, .failed)]) == [.nothingFails])
    }

    @Test func `stacks have nothing to do with each other`() {
        let other = [
            Operation(.acquire, "run-9", token: 1, at: 140, stack: "prod"),
            Operation(.write, "run-9", token: 1, number: 1, sequence: 2, at: 150, stack: "prod"),
        ]
        var runs = kept
        runs["run-9"] = KeptRun("run-9", "run-9/1", at: 2, isSettled: false)
        #expect(rules(good + other, runs) == [])
    }
}

extension Operation {
    /// - Parameters:
    ///   - begin: in tenths of a lease.
    ///   - time: how long it takes, in the same.
    fileprivate init(
        _ kind: Kind, _ run: String, token: Int? = nil, number: Int? = nil, sequence: Int? = nil, at begin: UInt64,
        for time: UInt64 = 5, _ outcome: Outcome = .ok, stack: String = "dev"
    ) {
        self.init(
            kind, stack: stack, run: run, token: token, number: number, sequence: sequence, outcome: outcome,
            begin: begin * (workerLease / 10), end: outcome == .unknown ? .max : (begin + time) * (workerLease / 10))
    }
}

extension KeptRun {
    fileprivate init(
        _ id: String, _ content: String, at sequence: Int, isSettled: Bool = true, hasSucceeded: Bool = false
    ) {
        self.init(
            id: id, hasSucceeded: hasSucceeded,
            state: KeptState(sequence: sequence, isSettled: isSettled, content: content))
    }
}
