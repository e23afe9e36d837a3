/// How much workers have done.
package struct LockCounts: Sendable {
    /// How often each kind of operation had each outcome.
    private let counts: [Operation.Kind: [Operation.Outcome: Int]]
    /// How many locks were given to another although their holder had not given them back.
    package let expiries: Int

    init(_ operations: [Operation]) {
        counts = Dictionary(grouping: operations, by: \.kind).mapValues { operations in
            Dictionary(grouping: operations, by: \.outcome).mapValues(\.count)
        }
        let returned = Set(operations.filter { $0.isEnding && $0.outcome != .refused }.compactMap(Lock.init))
        let given = Set(operations.filter { $0.isTaking && $0.outcome == .ok }.compactMap(Lock.init))
        let unreturned = given.subtracting(returned)
        expiries = operations.filter { $0.kind == .acquire && $0.outcome == .ok }.compactMap(Lock.init)
            .count { unreturned.contains($0.before) }
    }

    package func count(_ kind: Operation.Kind, _ outcome: Operation.Outcome) -> Int { counts[kind]?[outcome] ?? 0 }

    package func count(_ outcome: Operation.Outcome) -> Int { counts.values.reduce(0) { $0 + ($1[outcome] ?? 0) } }
}

/// A lock as it was given.
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

    /// As it was given before.
    var before: Lock { Lock(stack: stack, token: token - 1) }
}
