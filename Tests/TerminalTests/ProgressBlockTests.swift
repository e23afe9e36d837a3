import Diagnostics
import Testing

@testable import Terminal

/// The table of the stacks of one command, frame by frame.
struct ProgressBlockTests {
    private let window = WindowSize(columns: 80, rows: 24)

    private func block(of stacks: [String]) -> ProgressBlock {
        ProgressBlock(stacks: stacks, nameWidth: stacks.map { displayWidth(of: $0) }.max() ?? 0)
    }

    @Test func `each stack has its state, the counts of its plan, its time and what it does`() {
        var block = block(of: ["network", "dev", "prod", "tools", "apps", "dns"])
        _ = block.enter("network", phase: "planning", at: .zero)
        block.show("network", counts: "+12 ~0 -0")
        _ = block.enter("dev", phase: "preparing", at: .seconds(1))
        _ = block.enter("prod", phase: "planning", at: .seconds(1))
        #expect(block.leave("network", "planned", .success, detail: "", at: .seconds(4)) == .seconds(4))
        block.show("dev", counts: "+2 ~1 -0")
        _ = block.enter("dev", phase: "applying", at: .seconds(60))
        block.show("dev", detail: "aws_vpc.main: creating")
        _ = block.leave("prod", "failed", .error, detail: "no credentials", at: .milliseconds(3500))
        #expect(block.leave("tools", "skipped", .warning, detail: "`prod` has failed", at: .seconds(5)) == nil)
        block.show("apps", detail: "for dev, network")
        #expect(
            block.nextFrame(at: .seconds(63), in: window).map(\.text) == [
                "✓ network  planned   +12 ~0 -0  4.0s  ",
                "⠙ dev      applying  +2 ~1 -0   1m 02s  aws_vpc.main: creating",
                "✗ prod     failed               2.5s    no credentials",
                "! tools    skipped                      `prod` has failed",
                "· apps     waiting                      for dev, network",
                "· dns      waiting                    ",
            ])
    }

    @Test
    func `of more stacks than rows those at work come first, then those that have failed; the others are counted`() {
        let stacks = (0..<50).map { "s\($0)" }
        var block = block(of: stacks)
        for stack in stacks.prefix(20) { _ = block.enter(stack, phase: "planning", at: .zero) }
        for stack in stacks.prefix(12) { _ = block.leave(stack, "planned", .success, detail: "", at: .seconds(1)) }
        for stack in stacks[12..<15] { _ = block.leave(stack, "failed", .error, detail: "", at: .seconds(1)) }
        _ = block.enter("s16", phase: "recording", at: .seconds(1))
        let working = ["s15", "s16", "s17", "s18", "s19"]
        let failed = ["s12", "s13", "s14"]
        let places = block.nextFrame(at: .seconds(1), in: WindowSize(columns: 80, rows: 14)).map(\.text)
        #expect(
            places.dropLast().map { String($0.split(separator: " ")[1]) } == working + failed + [
                "s0", "s1", "s2", "s3",
            ])
        #expect(places.last == "  … 30 waiting, 8 done")
        let few = block.nextFrame(at: .seconds(1), in: WindowSize(columns: 80, rows: 5)).map(\.text)
        #expect(few.dropLast().map { String($0.split(separator: " ")[1]) } == ["s15", "s16", "s17"])
        #expect(few.last == "  … 2 more at work, 3 failed, 30 waiting, 12 done")
        let all = block.nextFrame(at: .seconds(1), in: WindowSize(columns: 80, rows: 52)).map(\.text)
        #expect(all.map { String($0.split(separator: " ")[1]) } == stacks)
    }

    @Test func `a stack that is begun again is at work and no more failed`() {
        var block = block(of: ["a", "b"])
        _ = block.enter("a", phase: "planning", at: .zero)
        _ = block.leave("a", "failed", .error, detail: "timeout", at: .seconds(9))
        _ = block.enter("a", phase: "planning", at: .seconds(10))
        #expect(
            block.nextFrame(at: .seconds(11), in: window).map(\.text) == [
                "⠙ a  planning  1.0s  ", "· b  waiting         ",
            ])
        #expect(block.nextFrame(at: .seconds(11), in: WindowSize(columns: 80, rows: 3)).last?.text == "  … 1 waiting")
    }

    @Test(arguments: 1...100) func `no row is wider than the window, and a long name leaves room for what is said`(
        columns: Int
    ) {
        var block = block(of: [String(repeating: "long-name-", count: 6) + "1", "漢字漢字漢字漢字"])
        _ = block.enter("漢字漢字漢字漢字", phase: "planning", at: .zero)
        let lines = block.nextFrame(at: .zero, in: WindowSize(columns: columns, rows: 24)).map(\.text)
        #expect(lines.allSatisfy { displayWidth(of: $0) <= max(0, columns - 1) })
        if columns == 40 {
            #expect(lines == ["· long-name-long-…  waiting         ", "⠙ 漢字漢字漢字漢字  planning  0.0s  "])
        }
    }

    @Test func `a frame costs what the window holds, however many stacks there are`() {
        let stacks = (0..<100_000).map { "stack-\($0)" }
        var block = ProgressBlock(stacks: stacks, nameWidth: 11)
        let time = ContinuousClock().measure {
            for stack in stacks.suffix(200) {
                _ = block.enter(stack, phase: "planning", at: .zero)
                _ = block.nextFrame(at: .zero, in: window)
                _ = block.leave(stack, "planned", .success, detail: "", at: .seconds(1))
            }
        }
        // Looking at all of them takes minutes.
        #expect(time < .seconds(10))
        #expect(block.nextFrame(at: .zero, in: window).last?.text == "  … 99778 waiting, 200 done")
    }
}
