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
        /// Nothing more is started.
        case stop
    }

    /// A stack that is not worked on.
    package struct Skip: Hashable, Sendable {
        package let stack: String
        /// The failed stack that it waited for, itself or through others; nil when everything was stopped.
        package let because: String?
    }

    private let policy: FailurePolicy
    /// What each stack waits for still.
    private var waitsFor: [String: Set<String>]
    private let waiters: [String: [String]]
    /// How many stacks stand in the longest chain that waits for a stack.
    private let height: [String: Int]
    /// The next one stands last.
    private var ready: [String]
    private var atWork: Set<String> = []

    /// - Parameter selection: the stacks to work on. One waits for another also where only stacks that are not selected
    ///   stand between them.
    package init(
        of selection: Set<String>, in graph: StackGraph, _ direction: Direction = .dependenciesFirst,
        onFailure policy: FailurePolicy = .skipWaiting
    ) {
        self.policy = policy
        let waitsFor = Dictionary(
            uniqueKeysWithValues: selection.map { ($0, nearest(selection, to: $0, in: graph, direction)) })
        var waiters: [String: [String]] = [:]
        for (stack, others) in waitsFor { for other in others { waiters[other, default: []].append(stack) } }
        self.waitsFor = waitsFor
        self.waiters = waiters
        height = heights(waitsFor, waiters)
        ready = waitsFor.filter(\.value.isEmpty).map(\.key)
        sortReady()
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
    package mutating func end(_ stack: String, succeeded: Bool) -> [Skip] {
        guard atWork.remove(stack) != nil else { return [] }
        if !succeeded {
            switch policy {
            case .goOn: break
            case .stop: return stop()
            case .skipWaiting: return skipWaiters(of: stack)
            }
        }
        var isMore = false
        for waiter in waiters[stack] ?? [] {
            guard waitsFor[waiter]?.remove(stack) != nil, waitsFor[waiter]?.isEmpty == true else { continue }
            ready.append(waiter)
            isMore = true
        }
        if isMore { sortReady() }
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

    private mutating func sortReady() {
        ready.sort { (height[$0] ?? 0, $1) < (height[$1] ?? 0, $0) }
    }
}

/// The selected stacks that one waits for, with none that is selected between them.
private func nearest(
    _ selection: Set<String>, to stack: String, in graph: StackGraph, _ direction: Schedule.Direction
) -> Set<String> {
    func next(_ stack: String) -> [String] {
        switch direction {
        case .dependenciesFirst: graph.dependencies(of: stack).map(\.dependency)
        case .dependentsFirst: graph.dependents(on: stack).map(\.stack)
        }
    }
    var found: Set<String> = []
    var seen: Set<String> = [stack]
    var open = next(stack)
    while let other = open.popLast() {
        guard seen.insert(other).inserted else { continue }
        if selection.contains(other) { found.insert(other) } else { open += next(other) }
    }
    return found
}

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
