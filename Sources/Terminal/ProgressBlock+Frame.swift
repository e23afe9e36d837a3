import Diagnostics

/// How the block looks. Only rows that are shown are looked at: of a thousand stacks a frame costs what its window holds.
extension ProgressBlock {
    private static var spinners: [String] { ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] }

    /// One row a stack, those that have ended included; of more than fit first those at work, longest first, then those that
    /// have failed, then the others, and a last line that counts those that are left out. A single stack has a row only
    /// while it is at work.
    mutating func nextFrame(at now: Duration, in window: WindowSize) -> [StyledLine] {
        frame += 1
        // One row is kept for the last line and one for the cursor.
        let places = places(for: max(1, window.rows - 2))
        let shown = places.map { rows[$0] }
        // A long name must not push everything that is said of its stack out of the window.
        let nameWidth = isOfOne ? nameWidth : min(nameWidth, max(8, window.columns * 2 / 5))
        let textWidth = shown.map { displayWidth(of: $0.text.text) }.max() ?? 0
        let countsWidth = shown.map { displayWidth(of: $0.counts) }.max() ?? 0
        var lines = shown.map { row in
            let name = truncated(sanitized(row.stack), toWidth: nameWidth)
            let time = row.time(at: now, ofPhase: isOfOne).map(durationText) ?? ""
            return StyledLine([
                row.mark(whileWorking: Self.spinners[frame % Self.spinners.count]),
                StyledSpan(" " + padded(name, to: nameWidth), .strong),
                StyledSpan("  " + padded(row.text.text, to: textWidth), row.text.style),
                StyledSpan(countsWidth == 0 ? "" : "  " + padded(row.counts, to: countsWidth)),
                StyledSpan("  " + padded(time, to: 6), .faint),
                StyledSpan(row.detail.isEmpty ? "" : "  " + row.detail),
            ])
        }
        if let others = others(than: places) { lines.append(StyledLine("  … " + others, .faint)) }
        // In the last column some terminals wrap at once, others with the next character.
        return lines.map { truncated($0.measurable, toWidth: window.columns - 1) }
    }

    private var isOfOne: Bool { rows.count == 1 }

    /// The rows that are shown when there is room for so many.
    private func places(for room: Int) -> [Int] {
        guard !isOfOne else { return working }
        guard rows.count > room else { return Array(rows.indices) }
        let first = Array([working, failed].joined().prefix(room))
        let others = rows.indices.lazy.filter { rows[$0].isWaiting || rows[$0].isDone }
        return first + others.prefix(room - first.count)
    }

    private func others(than places: [Int]) -> String? {
        guard !isOfOne || waitingCount == 1 else { return nil }
        let shown = places.map { rows[$0] }
        let counts = [
            (working.count - shown.count { $0.phase != nil }, "more at work"),
            (failed.count - shown.count { $0.hasFailed }, "failed"),
            (waitingCount - shown.count { $0.isWaiting }, "waiting"),
            (doneCount - shown.count { $0.isDone }, "done"),
        ].filter { $0.0 > 0 }
        return counts.isEmpty ? nil : counts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - displayWidth(of: text)))
    }
}
