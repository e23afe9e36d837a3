/// Looks for what must not be in the merged histories of all workers, knowing nothing of how locks are made.
///
/// Of two operations that overlap in time nothing is known; of one whose answer was not heard, neither.
package struct Checker {
    private let operations: [Operation]
    private let runs: [String: KeptRun]
    private var violations: [Violation] = []

    private init(_ operations: [Operation], _ runs: [KeptRun]) {
        self.operations = operations
        self.runs = Dictionary(runs.map { ($0.id, $0) }) { first, _ in first }
    }

    /// - Parameters:
    ///   - operations: of all workers, in any order.
    ///   - runs: what the database holds in the end.
    package static func violations(in operations: [Operation], leaving runs: [KeptRun]) -> [Violation] {
        var checker = Checker(operations, runs)
        for failed in operations where failed.outcome == .failed { checker.report(.nothingFails, "\(failed)") }
        for (_, own) in Dictionary(grouping: operations, by: \.stack).sorted(by: { $0.key < $1.key }) {
            checker.checkTokens(own)
            checker.checkOrder(own.accepted(.write))
            checker.checkLeases(own)
            checker.checkApplying(own)
        }
        for (run, own) in Dictionary(grouping: operations, by: \.run).sorted(by: { $0.key < $1.key }) {
            checker.checkRun(run, own)
        }
        return checker.violations
    }

    private mutating func report(_ rule: Violation.Rule, _ words: String) {
        violations.append(Violation(rule: rule, words: words))
    }

    private mutating func checkTokens(_ operations: [Operation]) {
        let given = Heard(operations.filter { $0.isTaking && $0.outcome == .ok }) { $0.token }
        let returned = Heard(operations.filter { $0.isEnding && $0.outcome == .ok }) { $0.token }
        var known: [Int: Operation] = [:]
        for operation in operations where operation.outcome == .ok {
            guard let token = operation.token else { continue }
            let newest = given.highest(before: operation.begin)
            if operation.isTaking {
                if let newest, newest.value >= token {
                    report(.tokensRise, "\(operation) after \(newest.operation)")
                } else if let twin = known.updateValue(operation, forKey: token) {
                    report(.tokensRise, "\(operation) as well as \(twin)")
                }
            } else if operation.kind != .release {
                if let newest, newest.value > token {
                    report(.oldTokensWriteNothing, "\(operation) after \(newest.operation)")
                } else if let end = returned.highest(before: operation.begin), end.value >= token {
                    report(.oldTokensWriteNothing, "\(operation) after \(end.operation)")
                }
            }
        }
    }

    private mutating func checkOrder(_ writes: [Operation]) {
        let placed = writes.filter { $0.sequence != nil }.sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
        for (earlier, later) in zip(placed, placed.dropFirst()) {
            if (earlier.token ?? 0) > (later.token ?? 0) {
                report(.oneHolderAtATime, "\(later) behind \(earlier)")
            }
            if earlier.sequence == later.sequence { report(.orderIsKept, "\(later) and \(earlier) in one place") }
        }
        let heard = Heard(placed) { $0.sequence }
        for write in placed {
            guard let before = heard.highest(before: write.begin), before.value > (write.sequence ?? 0) else {
                continue
            }
            report(.orderIsKept, "\(write) came after \(before.operation)")
        }
    }

    private mutating func checkLeases(_ operations: [Operation]) {
        let ofToken = Dictionary(grouping: operations) { $0.token ?? 0 }
        for taken in operations.accepted(.acquire) {
            let before = ofToken[(taken.token ?? 0) - 1] ?? []
            if before.contains(where: { $0.isEnding && $0.outcome != .refused && $0.begin < taken.end }) { continue }
            // Counted from before it was asked for, so it lasts for longer than this.
            let held = (before.accepted(.acquire) + before.accepted(.renew)).first {
                taken.end < $0.begin + workerLease
            }
            if let held { report(.leasesAreKept, "\(taken) so soon after \(held)") }
        }
    }

    private mutating func checkApplying(_ operations: [Operation]) {
        let taken = operations.filter { $0.isTaking && $0.outcome == .ok }.sorted { ($0.token ?? 0) < ($1.token ?? 0) }
        let endings = Dictionary(grouping: operations.filter(\.isEnding), by: \.run)
        for consumed in operations.accepted(.consume) {
            let next = taken.first { ($0.token ?? 0) > (consumed.token ?? 0) && $0.run != consumed.run }
            guard let next, consumed.end < next.begin else { continue }
            let mayBeOver = (endings[consumed.run] ?? []).contains { $0.outcome != .refused && $0.begin < next.end }
            if !mayBeOver { report(.applyingIsNotTakenOver, "\(next) while \(consumed)") }
        }
    }

    private mutating func checkRun(_ id: String, _ operations: [Operation]) {
        let kept = runs[id]
        let finish = operations.accepted(.finish).first
        if let finish, kept?.hasSucceeded != true { report(.nothingIsLost, "\(finish), and the run has not succeeded") }
        let last = operations.accepted(.write).max { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
        if let last, (kept?.state?.sequence ?? 0) < (last.sequence ?? 0) {
            report(.nothingIsLost, "\(last), and there is \(kept?.state.map { "\($0)" } ?? "none")")
            return
        }
        guard let state = kept?.state else { return }
        // What is there beyond the last that was heard of may only be what was not heard of.
        let unheard = operations.filter { $0.kind == .write && $0.outcome == .unknown }
        let possible = state.sequence == last?.sequence ? [last].compactMap { $0 } : unheard
        if !possible.contains(where: { content(ofWrite: $0.number ?? 0, by: id) == state.content }) {
            report(.nothingIsLost, "run \(id) has \(state), which it has not written")
        }
        if let end = finish ?? operations.accepted(.end).first, !state.isSettled {
            report(.nothingIsLost, "\(end), and nobody would plan on \(state)")
        }
    }
}

extension [Operation] {
    fileprivate func accepted(_ kind: Operation.Kind) -> [Operation] {
        filter { $0.kind == kind && $0.outcome == .ok }
    }
}

/// Operations in the order in which their answers were heard.
private struct Heard {
    private var ends: [UInt64] = []
    /// At each place the highest value up to there.
    private var highest: [(value: Int, operation: Operation)] = []

    init(_ operations: [Operation], _ value: (Operation) -> Int?) {
        for operation in operations.sorted(by: { $0.end < $1.end }) {
            guard let value = value(operation) else { continue }
            ends.append(operation.end)
            highest.append(highest.last.flatMap { $0.value >= value ? $0 : nil } ?? (value, operation))
        }
    }

    /// The highest value of those that were over by then.
    func highest(before time: UInt64) -> (value: Int, operation: Operation)? {
        var (low, high) = (0, ends.count)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : highest[low - 1]
    }
}
