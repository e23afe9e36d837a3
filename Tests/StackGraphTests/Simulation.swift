import StackGraph

/// Carries a trial out by a clock that is a number, and notes what the schedule does that it must not.
struct Simulation {
    private let trial: Trial
    private let obstacles: [String: Set<String>]
    /// How many stacks stand in the longest chain that waits for each.
    private let heights: [String: Int]
    private var schedule: Schedule
    private var now = 0
    private var isStopped = false
    private var atWork: [(end: Int, stack: String)] = []
    private var succeeded: Set<String> = []
    private var failed: Set<String> = []
    private(set) var started: [String] = []
    private(set) var skipped: [Schedule.Skip] = []
    private let notes = Notes()

    /// What the schedule did that it must not.
    var violations: [String] { notes.violations }

    init(_ trial: Trial, in graph: StackGraph) {
        self.trial = trial
        let obstacles = trial.obstacles
        self.obstacles = obstacles
        var heights: [String: Int] = [:]
        // Whoever waits for more stands higher, so each is looked at after all that wait for it.
        for stack in trial.selection.sorted(by: { (obstacles[$0]?.count ?? 0) > (obstacles[$1]?.count ?? 0) }) {
            heights[stack] =
                trial.selection.filter { obstacles[$0]?.contains(stack) == true }
                .map { (heights[$0] ?? 0) + 1 }.max() ?? 0
        }
        self.heights = heights
        schedule = trial.schedule(in: graph)
    }

    mutating func run() {
        while true {
            startAll()
            if let stop = trial.stop, !isStopped, atWork.allSatisfy({ $0.end > stop }) {
                now = max(now, stop)
                isStopped = true
                note(schedule.stop())
                continue
            }
            guard let next = atWork.min(by: { ($0.end, $0.stack) < ($1.end, $1.stack) }) else { break }
            now = next.end
            end(next.stack)
        }
        expect(schedule.isOver, "it is not over")
        expect(started.count == Set(started).count, "a stack was started twice")
        expect(
            (started + skipped.map(\.stack)).sorted() == trial.selection.sorted(),
            "not each once: \(started) \(skipped)")
    }

    private mutating func startAll() {
        while atWork.count < trial.limit {
            expect(schedule.isOver == (atWork.isEmpty && ready.isEmpty), "over, or not, at \(now)")
            let best = ready.min { (-(heights[$0] ?? 0), $0) < (-(heights[$1] ?? 0), $1) }
            let next = schedule.start()
            expect(next == best, "\(next ?? "nothing") was started instead of \(best ?? "nothing") at \(now)")
            guard let next else { break }
            expect(schedule.obstacles(of: next).isEmpty, "\(next) has obstacles")
            started.append(next)
            atWork.append((now + (trial.ends[next]?.duration ?? 0), next))
        }
        for stack in open {
            let left = Set(schedule.obstacles(of: stack))
            let all = obstacles[stack]?.filter { !isEnded($0) } ?? []
            expect(left.isSubset(of: all) && left.isEmpty == all.isEmpty, "\(stack) waits for \(left), not for \(all)")
        }
    }

    private mutating func end(_ stack: String) {
        atWork.removeAll { $0.stack == stack }
        let succeeds = trial.ends[stack]?.succeeds ?? true
        if succeeds { succeeded.insert(stack) } else { failed.insert(stack) }
        let waiting = open.filter { obstacles[$0]?.contains(stack) == true }
        let others = open.subtracting(waiting)
        let skips = schedule.end(stack, succeeds ? .succeeded : .failed)
        let isDecisive = !succeeds && !isStopped
        let wanted: [Schedule.Skip]
        switch trial.policy {
        case .skipWaiting where isDecisive: wanted = waiting.map { .init(stack: $0, because: stack) }
        case .stop where isDecisive:
            isStopped = true
            wanted = waiting.map { .init(stack: $0, because: stack) } + others.map { .init(stack: $0, because: nil) }
        default: wanted = []
        }
        expect(skips == wanted.sorted { $0.stack < $1.stack }, "\(stack) ended and skipped \(skips), not \(wanted)")
        note(skips)
    }

    private mutating func note(_ skips: [Schedule.Skip]) {
        for skip in skips {
            guard let cause = skip.because else { continue }
            expect(failed.contains(cause), "\(cause) has not failed")
            expect(obstacles[skip.stack]?.contains(cause) == true, "\(skip.stack) does not wait for \(cause)")
        }
        skipped += skips
    }

    /// Neither started nor skipped.
    private var open: Set<String> { trial.selection.subtracting(started).subtracting(skipped.map(\.stack)) }

    private var ready: Set<String> { isStopped ? [] : open.filter { obstacles[$0]?.allSatisfy(isEnded) == true } }

    private func isEnded(_ stack: String) -> Bool { succeeded.contains(stack) || failed.contains(stack) }

    private func expect(_ condition: Bool, _ violation: @autoclosure () -> String) {
        if !condition { notes.violations.append(violation()) }
    }
}

private final class Notes {
    var violations: [String] = []
}
