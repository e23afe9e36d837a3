/// What a trial came to.
package struct LockReport {
    package let violations: [Violation]
    package let counts: LockCounts
    private let seed: UInt64
    private let faults: Chaos.Faults

    init(seed: UInt64, faults: Chaos.Faults, operations: [Operation], leaving runs: [KeptRun]) {
        self.seed = seed
        self.faults = faults
        violations = Checker.violations(in: operations, leaving: runs)
        counts = LockCounts(operations)
    }

    /// For people.
    package var table: String {
        """
        │ seed \(seed): \(faults.stops) stops, \(faults.kills) kills, \(faults.cuts) cuts, \(faults.stalls) stalls
        │ locks: \(counts.count(.acquire, .ok)) taken, \(counts.count(.takeOver, .ok)) taken over from dead workers, \(counts.expiries) after their lease
        │ writes: \(counts.count(.write, .ok)) accepted, \(counts.count(.write, .refused)) refused; runs: \(counts.count(.finish, .ok)) finished
        │ all: \(counts.count(.ok)) accepted, \(counts.count(.refused)) refused, \(counts.count(.unknown)) not heard of, \(violations.count) violations
        """
    }
}
