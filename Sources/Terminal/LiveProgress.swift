package import Diagnostics
import Synchronization

/// What several stacks are doing, on standard error.
///
/// On a terminal: a block with one row for each stack (of a single one only while it is at work), redrawn at most ten times
/// a second; what a stack ended with goes above the block, too, and stays. Elsewhere: one line for each change,
/// `dev │ planning`.
package final class LiveProgress<TimeSource: Clock>: Sendable where TimeSource.Duration == Duration {
    private let output: Output
    private let clock: TimeSource
    private let start: TimeSource.Instant
    private let nameWidth: Int
    private let block: Mutex<ProgressBlock>

    /// - Parameters:
    ///   - stacks: all that will take part; their names decide the width of the first column.
    ///   - awaited: the stacks whose ends each stack waits for before it is begun.
    package init(output: Output, clock: TimeSource, stacks: [String], awaited: [String: [String]] = [:]) {
        self.output = output
        self.clock = clock
        start = clock.now
        nameWidth = stacks.map { displayWidth(of: sanitized($0)) }.max() ?? 0
        block = Mutex(ProgressBlock(stacks: stacks, awaited: awaited, nameWidth: nameWidth))
    }

    /// Runs `body` while the block is on the screen, and takes the block away at its end, however it ends.
    ///
    /// Questions are asked outside: the block would be drawn over them.
    package func whileShown<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        guard output.options.isLive else { return try await body() }
        // Not a child of this task: work that was told to end may take its time, and what it says is to be seen.
        let animation = Task { await animate() }
        do {
            let result = try await body()
            await end(animation)
            return result
        } catch {
            await end(animation)
            throw error
        }
    }

    private func end(_ animation: Task<Void, Never>) async {
        animation.cancel()
        await animation.value
        output.redraw([])
    }

    /// The stack has entered a phase (`planning`, `applying`); its time starts anew.
    ///
    /// - Parameter ago: how long ago that was, for what is told afterwards.
    package func enter(_ stack: String, phase: String, ago: Duration = .zero) {
        let moment = elapsed() - ago
        let isChange = block.withLock { $0.enter(stack, phase: phase, at: moment) }
        if isChange, !output.options.isLive { output.message([prefixed(stack, [StyledSpan(phase)])]) }
    }

    /// What the stack does at the moment (`aws_vpc.main: creating`); seen only in the block.
    package func show(_ stack: String, activity: String) {
        block.withLock { $0.show(stack, detail: activity) }
    }

    /// What the stack's plan changes (`+2 ~1 -0`); seen only in the block.
    package func show(_ stack: String, counts: String) {
        block.withLock { $0.show(stack, counts: counts) }
    }

    /// A line of a stack that stays on the screen.
    package func log(_ stack: String, _ line: StyledLine) {
        output.message([prefixed(stack, line.spans)])
    }

    /// The stack has come to an end: the line stays on the screen, with the time since its first phase.
    ///
    /// - Parameters:
    ///   - style: `error` for what has failed.
    ///   - ago: as of `enter`.
    package func finish(
        _ stack: String, _ result: String, because reason: String? = nil, style: TextStyle = .success,
        ago: Duration = .zero
    ) {
        let moment = elapsed() - ago
        let time = block.withLock { $0.leave(stack, result, style, detail: reason ?? "", at: moment) }
        let text = StyledSpan(result + (reason.map { ": \($0)" } ?? ""), style)
        let timeText = time.map { [StyledSpan(" (\(durationText($0)))", .faint)] } ?? []
        output.message([prefixed(stack, [text] + timeText)])
    }

    /// Draws the block as it is now.
    func draw() {
        let now = elapsed()
        let window = output.messageWindow
        output.redraw(block.withLock { $0.nextFrame(at: now, in: window) })
    }

    private func animate() async {
        while !Task.isCancelled {
            draw()
            try? await clock.sleep(for: .milliseconds(100))
        }
    }

    private func elapsed() -> Duration { start.duration(to: clock.now) }

    private func prefixed(_ stack: String, _ spans: [StyledSpan]) -> StyledLine {
        guard spans.contains(where: { !$0.text.isEmpty }) else {
            // No space at the end of a line.
            return StyledLine([StyledSpan(prefix(stack), .strong), StyledSpan(" │", .faint)])
        }
        return StyledLine([StyledSpan(prefix(stack), .strong), StyledSpan(" │ ", .faint)] + spans)
    }

    private func prefix(_ stack: String) -> String {
        let padding = String(repeating: " ", count: max(0, nameWidth - displayWidth(of: sanitized(stack))))
        return stack + padding
    }
}
