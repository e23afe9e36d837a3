/// What a trial came to.
package struct LockReport {
    package let violations: [Violation]
    /// How often each kind of operation had each outcome.
    private let counts: [Operation.Kind: [Operation.Outcome: Int]]
    /// How many locks were given to another although their holder had not given them back.
    package let expiries: Int
    private let seed: UInt64
    private let faults: Chaos.Faults

    init(seed: UInt64, faults: Chaos.Faults, operations: [Operation], leaving runs: [KeptRun]) {
        self.seed = seed
        self.faults = faults
        violations = Checker.violations(in: operations, leaving: runs)
        counts = Dictionary(grouping: operations, by: \.kind).mapValues { operations in
            Dictionary(grouping: operations, by: \.outcome).mapValues(\.count)
        }
        let returned = Set(operations.filter { $0.isEnding && $0.outcome != .refused }.compactMap(Lock.init))
        let given = Set(operations.filter { $0.isTaking && $0.outcome == .ok }.compactMap(Lock.init))
        let unreturned = given.subtracting(returned)
        expiries = operations.filter { $0.kind == .acquire && $0.outcome == .ok }.compactMap(Lock.init)
            .count { unreturned.contains($0.before) }
    }

    private struct Lock: Hashable {
        let stack: String
        let token: Int

        init?(_ operation: Operation) {
            guard let token = operation.token else { return nil }
            self.init(stack: operation.stack, token: token)
        }

        private init(stack: String, token: Int) {
            self.stack = stack
            self.token = token
        }

        var before: Lock { Lock(stack: stack, token: token - 1) }
    }

    package func count(_ kind: Operation.Kind, _ outcome: Operation.Outcome) -> Int { counts[kind]?[outcome] ?? 0 }

    package func count(_ outcome: Operation.Outcome) -> Int { counts.values.reduce(0) { $0 + ($1[outcome] ?? 0) } }

    /// For people.
    package var table: String {
        """
        │ seed \(seed): \(faults.stops) stops, \(faults.kills) kills, \(faults.cuts) cuts, \(faults.stalls) stalls
        │ locks: \(count(.acquire, .ok)) taken, \(count(.takeOver, .ok)) taken over from dead workers, \(expiries) after their lease
        │ writes: \(count(.write, .ok)) accepted, \(count(.write, .refused)) refused; runs: \(count(.finish, .ok)) finished
        │ all: \(count(.ok)) accepted, \(count(.refused)) refused, \(count(.unknown)) not heard of, \(violations.count) violations
        """
    }
}
