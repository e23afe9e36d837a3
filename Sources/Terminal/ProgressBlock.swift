import Diagnostics

/// Where the stacks of one command are. Times count from one common start.
///
/// A change costs the same however many stacks wait or are done.
struct ProgressBlock {
    private(set) var rows: [ProgressRow] = []
    private var places: [String: Int] = [:]
    /// The places of those at work, longest first.
    private(set) var working: [Int] = []
    /// The places of those that have failed.
    private(set) var failed: [Int] = []
    private(set) var waitingCount = 0
    /// Of the longest name, in cells.
    let nameWidth: Int
    var frame = 0

    init(stacks: [String], nameWidth: Int) {
        self.nameWidth = nameWidth
        for stack in stacks { _ = place(of: stack) }
    }

    var doneCount: Int { rows.count - waitingCount - working.count - failed.count }

    /// Whether this is another phase than the one that the stack was in.
    mutating func enter(_ stack: String, phase: String, at now: Duration) -> Bool {
        let place = place(of: stack)
        let before = rows[place].phase
        guard before?.name != phase else { return false }
        // It keeps its place among those at work.
        let index = before == nil ? nil : working.firstIndex(of: place)
        set(.working(phase: phase, since: now, start: before?.start ?? now), at: place)
        working.insert(place, at: index ?? working.count)
        return true
    }

    /// - Parameter detail: of a stack that has not ended.
    mutating func show(_ stack: String, detail: String) {
        let place = place(of: stack)
        if rows[place].isWaiting || rows[place].phase != nil { rows[place].detail = detail }
    }

    mutating func show(_ stack: String, counts: String) { rows[place(of: stack)].counts = counts }

    /// - Returns: how long the stack was at work, nil when it was in no phase.
    mutating func leave(
        _ stack: String, _ result: String, _ style: TextStyle, detail: String, at now: Duration
    ) -> Duration? {
        let place = place(of: stack)
        let time = rows[place].phase.map { now - $0.start }
        set(.ended(result, style, time: time), at: place)
        rows[place].detail = detail
        return time
    }

    private mutating func place(of stack: String) -> Int {
        if let place = places[stack] { return place }
        places[stack] = rows.count
        rows.append(ProgressRow(stack: stack))
        waitingCount += 1
        return rows.count - 1
    }

    private mutating func set(_ state: ProgressRow.State, at place: Int) {
        switch rows[place].state {
        case .waiting: waitingCount -= 1
        case .working: working.removeAll { $0 == place }
        case .ended: failed.removeAll { $0 == place }
        }
        rows[place].state = state
        rows[place].detail = ""
        if rows[place].hasFailed { failed.append(place) }
    }
}
