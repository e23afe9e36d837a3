import Diagnostics
import FoundationEssentials
import Testing

@testable import Terminal

struct LiveProgressTests {
    @Test func `without a terminal each change is a line with its stack`() async throws {
        let capture = try Capture(.plain)
        let clock = ManualClock()
        let progress = LiveProgress(output: capture.output, clock: clock, stacks: ["dev", "staging"])
        await progress.whileShown {
            progress.enter("dev", phase: "planning")
            progress.enter("dev", phase: "planning")
            progress.show("dev", activity: "unseen")
            progress.enter("staging", phase: "planning")
            clock.advance(by: .milliseconds(2100))
            progress.log("dev", StyledLine("Warning: deprecated"))
            progress.finish("dev", "planned: 3 to add")
            clock.advance(by: .seconds(60))
            progress.finish("staging", "failed", style: .error)
        }
        #expect(
            try capture.messageText() == """
                dev     │ planning
                staging │ planning
                dev     │ Warning: deprecated
                dev     │ planned: 3 to add (2.1s)
                staging │ failed (1m 02s)

                """)
    }

    @Test func `what is told afterwards has its own times`() throws {
        let capture = try Capture(.plain)
        let progress = LiveProgress(output: capture.output, clock: ManualClock(), stacks: ["dev"])
        progress.enter("dev", phase: "planning", ago: .seconds(3600))
        progress.enter("dev", phase: "recording", ago: .seconds(3540))
        progress.finish("dev", "planned", ago: .seconds(3538))
        #expect(
            try capture.messageText() == """
                dev │ planning
                dev │ recording
                dev │ planned (1m 02s)

                """)
    }

    @Test func `on a terminal a row for each stack, above it what stays`() throws {
        let capture = try Capture(.live)
        let clock = ManualClock()
        let progress = LiveProgress(output: capture.output, clock: clock, stacks: ["dev", "staging", "prod"])
        progress.enter("dev", phase: "planning")
        progress.enter("staging", phase: "applying")
        progress.show("staging", activity: "terraform_data.a_very_long_name: creating")
        clock.advance(by: .seconds(4))
        progress.draw()
        progress.finish("dev", "planned")
        progress.draw()
        #expect(
            Screen(try capture.messageText()).lines == [
                "dev     │ planned (4.0s)",
                "✓ dev      planned   4.0s  ",
                "⠹ staging  applying  4.0s    terraform…",
                "· prod     waiting         ",
            ])
    }

    @Test func `a single stack has a row only while it is at work`() throws {
        let capture = try Capture(.live)
        let clock = ManualClock()
        let progress = LiveProgress(output: capture.output, clock: clock, stacks: ["dev"])
        progress.draw()
        #expect(Screen(try capture.messageText()).lines == ["  … 1 waiting"])
        progress.enter("dev", phase: "preparing")
        clock.advance(by: .seconds(3))
        progress.enter("dev", phase: "planning")
        clock.advance(by: .seconds(1))
        progress.draw()
        #expect(Screen(try capture.messageText()).lines == ["⠹ dev  planning  1.0s  "])
        progress.finish("dev", "failed", because: "it is broken", style: .error)
        progress.draw()
        #expect(Screen(try capture.messageText()).lines == ["dev │ failed: it is broken (4.0s)"])
    }

    @Test func `what is said between two frames stays above the block, in its order`() throws {
        let capture = try Capture(.live)
        let progress = LiveProgress(output: capture.output, clock: ManualClock(), stacks: ["dev"])
        progress.enter("dev", phase: "planning")
        progress.draw()
        capture.output.message("a warning")
        try capture.output.write("")
        progress.log("dev", StyledLine("a line"))
        capture.output.message("another")
        progress.finish("dev", "planned")
        progress.enter("dev", phase: "applying")
        progress.draw()
        #expect(
            Screen(try capture.messageText()).lines == [
                "a warning", "dev │ a line", "another", "dev │ planned (0.0s)", "⠹ dev  applying  0.0s  ",
            ])
    }

    @Test func `many messages cost no more than one frame`() throws {
        let capture = try Capture(.live)
        let progress = LiveProgress(output: capture.output, clock: ManualClock(), stacks: ["dev"])
        progress.enter("dev", phase: "planning")
        progress.draw()
        for number in 0..<1000 { progress.log("dev", StyledLine("line \(number)")) }
        progress.draw()
        let text = try capture.messageText()
        #expect(text.count { $0 == "⠙" } == 1)
        #expect(text.count { $0 == "⠹" } == 1)
        #expect(text.contains("dev │ line 999\n⠹"))
    }

    @Test func `the block is gone at the end, also after an error`() async throws {
        struct Failure: Error {}
        let capture = try Capture(.live)
        let clock = ManualClock()
        let progress = LiveProgress(output: capture.output, clock: clock, stacks: ["dev"])
        await #expect(throws: Failure.self) {
            try await progress.whileShown {
                progress.enter("dev", phase: "planning")
                let start = clock.now
                while start.duration(to: clock.now) < .milliseconds(300) { await Task.yield() }
                throw Failure()
            }
        }
        #expect(try capture.messageText().contains("planning"))
        #expect(Screen(try capture.messageText()).lines == [])
    }

    @Test func `rows that wrapped in a narrower window are taken away whole`() {
        let block = ScreenBlock([StyledLine(String(repeating: "x", count: 70)), StyledLine("y")], colored: false)
        #expect(block.erasing(width: 80) == "\r\u{1B}[2A\u{1B}[J")
        #expect(block.erasing(width: 30) == "\r\u{1B}[4A\u{1B}[J")
        #expect(ScreenBlock().erasing(width: 80) == "")
    }

    @Test func `a frame is drawn over the one before, and only what is too much is erased`() {
        let two = ScreenBlock([StyledLine("x"), StyledLine("y")], colored: false)
        let one = ScreenBlock([StyledLine("z")], colored: false)
        #expect(ScreenBlock().replacing(with: two, width: 80) == "x\ny\n")
        #expect(two.replacing(with: one, width: 80) == "\r\u{1B}[2Az\u{1B}[K\n\u{1B}[J")
        #expect(one.replacing(with: ScreenBlock(), width: 80) == "\r\u{1B}[1A\u{1B}[J")
    }

    @Test func `a frame like the one before is not drawn`() throws {
        let capture = try Capture(.live)
        capture.output.redraw([StyledLine("x")])
        capture.output.redraw([StyledLine("x")])
        #expect(try capture.messageText() == "x\n")
    }

    @Test(arguments: 0..<50) func `whatever happens, what stays is whole and in order`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let stacks = ["dev", "staging", "prod", "漢字"]
        let capture = try Capture(.live)
        let clock = ManualClock()
        let progress = LiveProgress(output: capture.output, clock: clock, stacks: stacks)
        var expected: [String] = []
        for step in 0..<200 {
            let stack = stacks[Int.random(in: 0..<stacks.count, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: progress.enter(stack, phase: ["planning", "applying"][step % 2])
            case 1: progress.show(stack, activity: String(repeating: "a\u{1B}[A\n", count: step % 20))
            case 2:
                progress.log(stack, StyledLine("step \(step)"))
                expected.append("step \(step)")
            case 3:
                capture.output.message("step \(step)")
                expected.append("step \(step)")
            case 4: clock.advance(by: .milliseconds(step * 100))
            default: progress.draw()
            }
        }
        capture.output.redraw([])
        let shown = Screen(try capture.messageText()).lines.compactMap { $0.components(separatedBy: "│ ").last }
        #expect(shown == expected, "seed \(seed)")
    }
}
