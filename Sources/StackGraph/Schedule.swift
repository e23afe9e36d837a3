/// In which order the stacks of a selection are worked on, by readiness: a stack may start as soon as everything that it
/// waits for has ended. Pure: somebody else does the work and says how it ended.
///
/// Of those that are ready the one comes first that the longest chain of others waits for, then the first by name; so the
/// same answers always give the same order.
package struct Schedule: Sendable {
    package enum Direction: Hashable, Sendable {
        /// For plans and applies.
        case dependenciesFirst
        /// For destroying.
        case dependentsFirst
    }

    /// What becomes of the others when a stack fails.
    package enum FailurePolicy: Hashable, Sendable {
        /// Those that wait for it are skipped; the others go on.
        case skipWaiting
        /// Nothing is skipped.
        case goOn
        /// Nothing more is started, whether it waits for the failed one or not.
        case stop
    }

    /// How the work on a stack ended.
    package enum Ending: Hashable, Sendable {
        case succeeded
        case failed
        /// Nobody let it be done: what waits for it is skipped, whatever a failure would mean.
        case held
    }

    /// A stack that is not worked on.
    package struct Skip: Hashable, Sendable {
        package let stack: String
        /// The failed stack that it waited for, itself or through others; nil when everything was stopped.
        package let because: String?

        package init(stack: String, because: String?) {
            self.stack = stack
            self.because = because
        }
    }

    private let policy: FailurePolicy
    /// What each stack waits for still.
    private var waitsFor: [String: Set<String>]
    private let waiters: [String: [String]]
    /// The place of each stack in the order in which those that are ready at once are started.
    private let rank: [String: Int]
    /// By rank; the next one stands last.
    private var ready: [String] = []
    private var atWork: Set<String> = []

    /// - Parameter selection: the stacks to work on. One waits for another also where only stacks that are not selected
    ///   stand between them.
    package init(
        of selection: Set<String>, in graph: StackGraph, _ direction: Direction = .dependenciesFirst,
        onFailure policy: FailurePolicy = .skipWaiting
    ) {
        self.policy = policy
        let waitsFor = nearest(selection, in: graph, direction)
        var waiters: [String: [String]] = [:]
        for (stack, others) in waitsFor { for other in others { waiters[other, default: []].append(stack) } }
        self.waitsFor = waitsFor
        self.waiters = waiters
        let order = startOrder(heights(waitsFor, waiters))
        rank = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        ready = order.reversed().filter { waitsFor[$0]?.isEmpty == true }
    }

    /// What a stack waits for still, by name.
    package func obstacles(of stack: String) -> [String] { (waitsFor[stack] ?? []).sorted() }

    /// Whether nothing is at work and nothing more will be.
    package var isOver: Bool { atWork.isEmpty && ready.isEmpty }

    /// Starts the next stack.
    ///
    /// - Returns: nil when none may start before one of those at work has ended.
    package mutating func start() -> String? {
        guard let next = ready.popLast() else { return nil }
        waitsFor[next] = nil
        atWork.insert(next)
        return next
    }

    /// A stack that was started has ended.
    ///
    /// - Returns: the stacks that are not going to be started because of it, by name.
    package mutating func end(_ stack: String, _ ending: Ending) -> [Skip] {
        guard atWork.remove(stack) != nil else { return [] }
        switch (ending, policy) {
        case (.succeeded, _), (.failed, .goOn): break
        case (.held, _), (.failed, .skipWaiting): return skipWaiters(of: stack)
        case (.failed, .stop): return (skipWaiters(of: stack) + stop()).sorted { $0.stack < $1.stack }
        }
        for waiter in waiters[stack] ?? [] {
            guard waitsFor[waiter]?.remove(stack) != nil, waitsFor[waiter]?.isEmpty == true else { continue }
            makeReady(waiter)
        }
        return []
    }

    /// Starts nothing more.
    ///
    /// - Returns: the stacks that were not started, by name.
    package mutating func stop() -> [Skip] {
        let left = waitsFor.keys.sorted()
        waitsFor = [:]
        ready = []
        return left.map { Skip(stack: $0, because: nil) }
    }

    private mutating func skipWaiters(of failed: String) -> [Skip] {
        var skipped: [Skip] = []
        var open = waiters[failed] ?? []
        while let stack = open.popLast() {
            guard waitsFor.removeValue(forKey: stack) != nil else { continue }
            skipped.append(Skip(stack: stack, because: failed))
            open += waiters[stack] ?? []
        }
        return skipped.sorted { $0.stack < $1.stack }
    }

    /// Puts a stack among those that are ready, without sorting them all again: there may be thousands.
    private mutating func makeReady(_ stack: String) {
        var (low, high) = (0, ready.count)
        while low < high {
            let middle = (low + high) / 2
            let isAfter = (rank[ready[middle]] ?? 0) > (rank[stack] ?? 0)
            (low, high) = isAfter ? (middle + 1, high) : (low, middle)
        }
        ready.insert(stack, at: low)
    }
}

/// For each selected stack the selected ones that it waits for with none that is selected between them. Each stack is
/// looked at once, after all that it waits for.
private func nearest(
    _ selection: Set<String>, in graph: StackGraph, _ direction: Schedule.Direction
) -> [String: Set<String>] {
    let steps = graph.steps
    let order = graph.names.sorted { (steps[$0] ?? 0) < (steps[$1] ?? 0) }
    var nearest: [String: Set<String>] = [:]
    switch direction {
    case .dependenciesFirst:
        for stack in order { add(stack, graph.dependencies(of: stack).map(\.dependency)) }
    case .dependentsFirst:
        for stack in order.reversed() { add(stack, graph.dependents(on: stack).map(\.stack)) }
    }
    return Dictionary(uniqueKeysWithValues: selection.map { ($0, nearest[$0] ?? []) })

    func add(_ stack: String, _ others: [String]) {
        var found: Set<String> = []
        for other in others {
            if selection.contains(other) { found.insert(other) } else { found.formUnion(nearest[other] ?? []) }
        }
        nearest[stack] = found
    }
}

/// The stacks in the order in which they are started when all are ready.
private func startOrder(_ heights: [String: Int]) -> [String] {
    heights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
}

/// How many stacks stand in the longest chain that waits for each.
private func heights(_ waitsFor: [String: Set<String>], _ waiters: [String: [String]]) -> [String: Int] {
    // From those that nothing waits for, so that each is looked at when all that wait for it have been.
    var open = waitsFor.keys.filter { waiters[$0] == nil }
    var left = waiters.mapValues(\.count)
    var height: [String: Int] = [:]
    while let stack = open.popLast() {
        height[stack] = ((waiters[stack] ?? []).compactMap { height[$0] }.max() ?? -1) + 1
        for other in waitsFor[stack] ?? [] {
            left[other, default: 1] -= 1
            if left[other] == 0 { open.append(other) }
        }
    }
    return height
}
