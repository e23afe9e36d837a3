import Diagnostics
import StackGraph
import TestSupport
import Testing

@Suite struct CircleTests {
    @Test(arguments: 0..<4 as Range<UInt64>)
    func `a graph is refused where it has circles, and by real ones`(part: UInt64) throws {
        var refused = 0
        for seed in part * 500..<(part + 1) * 500 {
            var generator = SeededGenerator(seed: seed)
            let random = RandomGraph(1...14, hasCircles: Bool.random(using: &generator), using: &generator)
            let circles = circles(of: random)
            try #require(random.hasCircle == !circles.isEmpty, "seed \(seed)")
            refused += circles.isEmpty ? 0 : 1
            for circle in circles {
                let isReal = zip(circle, circle.dropFirst()).allSatisfy { random.needs[$0]?.contains($1) == true }
                let isOne = circle.first == circle.last && Set(circle).count == circle.count - 1
                try #require(isReal && isOne && circle.first == circle.min(), "seed \(seed): \(circle)")
            }
            // None shares a stack with another, and none is left out that shares none with these.
            let named = circles.flatMap { $0.dropFirst() }
            try #require(Set(named).count == named.count, "seed \(seed): \(circles)")
            try #require(random.left(without: Set(named)).isEmpty, "seed \(seed): \(circles)")
        }
        #expect(refused > 100 && refused < 400)
    }

    @Test func `a circle of 10,000 stacks is one, and 5,000 of two are 5,000`() throws {
        let names = (10_000..<20_000).map { "s\($0)" }
        let around = zip(names, names.dropFirst() + names.prefix(1)).map { edge($0, $1) }
        let one = #expect(throws: DiagnosticList.self) { try StackGraph(names: names, edges: around) }
        #expect(one?.diagnostics.map(\.notes.count) == [9_999])
        let pairs = zip(names.prefix(5_000), names.suffix(5_000)).flatMap { [edge($0, $1), edge($1, $0)] }
        let many = #expect(throws: DiagnosticList.self) { try StackGraph(names: names, edges: pairs) }
        #expect(many?.diagnostics.count == 5_000)
    }

    /// The names along each circle that is reported, the first one also at the end.
    private func circles(of random: RandomGraph) -> [[String]] {
        do {
            _ = try random.graph()
            return []
        } catch {
            return error.diagnostics.map { problem in
                problem.message.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map {
                    String($0.element)
                }
            }
        }
    }
}
