import Diagnostics

/// The stacks that are at work, and how they look in the live block. Times count from one common start.
struct ProgressBlock {
    private struct Row {
        let stack: String
        let phase: String
        let since: Duration
        /// When the stack entered its first phase.
        let start: Duration
        var activity = ""
    }

    private var rows: [Row] = []
    private var waiting: Set<String>
    private let nameWidth: Int
    private var frame = 0

    private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

    init(waiting: Set<String>, nameWidth: Int) {
        self.waiting = waiting
        self.nameWidth = nameWidth
    }

    /// Whether this is another phase than the one that the stack was in.
    mutating func enter(_ stack: String, phase: String, at now: Duration) -> Bool {
        waiting.remove(stack)
        guard let index = rows.firstIndex(where: { $0.stack == stack }) else {
            rows.append(Row(stack: stack, phase: phase, since: now, start: now))
            return true
        }
        guard rows[index].phase != phase else { return false }
        rows[index] = Row(stack: stack, phase: phase, since: now, start: rows[index].start)
        return true
    }

    mutating func show(_ stack: String, activity: String) {
        guard let index = rows.firstIndex(where: { $0.stack == stack }) else { return }
        rows[index].activity = activity
    }

    /// Since when the stack was at work, nil when it was in no phase.
    mutating func leave(_ stack: String) -> Duration? {
        waiting.remove(stack)
        guard let index = rows.firstIndex(where: { $0.stack == stack }) else { return nil }
        return rows.remove(at: index).start
    }

    /// The rows that fit, those longest at work first, and a last line for those that do not fit or have not started.
    mutating func nextFrame(at now: Duration, in window: WindowSize) -> [StyledLine] {
        frame = (frame + 1) % Self.frames.count
        // One row is kept for the last line and one for the cursor.
        let shown = rows.prefix(max(1, window.rows - 2))
        let phaseWidth = shown.map { displayWidth(of: $0.phase) }.max() ?? 0
        var lines = shown.map { row in
            StyledLine([
                StyledSpan(Self.frames[frame] + " ", .hint),
                StyledSpan(padded(row.stack, to: nameWidth), .strong),
                StyledSpan("  " + padded(row.phase, to: phaseWidth) + "  "),
                StyledSpan(padded(durationText(now - row.since), to: 6), .faint),
                StyledSpan(row.activity.isEmpty ? "" : "  " + row.activity),
            ])
        }
        let others = [(rows.count - shown.count, "more at work"), (waiting.count, "waiting")].filter { $0.0 > 0 }
        if !others.isEmpty {
            let text = others.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
            lines.append(StyledLine("  … \(text)", .faint))
        }
        // In the last column some terminals wrap at once, others with the next character.
        return lines.map { truncated($0.measurable, toWidth: window.columns - 1) }
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - displayWidth(of: sanitized(text))))
    }
}
