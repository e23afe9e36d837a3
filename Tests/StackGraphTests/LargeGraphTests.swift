import StackGraph
import Testing

/// Shapes on which a recursion would run out of stack, or a search that starts anew for each stack would not end.
@Suite struct LargeGraphTests {
    private static let names = (10_000..<20_000).map { "s\($0)" }
    private static let shapes: [(name: String, edges: [StackGraph.Edge])] = [
        ("chain", zip(names, names.dropFirst()).map { edge($1, $0) }),
        ("star", names.dropFirst().map { edge($0, names[0]) }),
        ("combs", zip(names.prefix(5000), names.suffix(5000)).map { edge($1, $0) }),
        ("funnel", names.dropLast().map { edge(names[9999], $0) }),
    ]

    @Test(arguments: shapes.indices, [Schedule.Direction.dependenciesFirst, .dependentsFirst])
    func `10,000 stacks are worked on one by one`(shape: Int, direction: Schedule.Direction) throws {
        let graph = try StackGraph(names: Self.names, edges: Self.shapes[shape].edges)
        var schedule = Schedule(of: Set(Self.names), in: graph, direction)
        var order: [String] = []
        var skipped: [Schedule.Skip] = []
        while let next = schedule.start() {
            order.append(next)
            skipped += schedule.end(next, .succeeded)
        }
        #expect(skipped == [])
        #expect(schedule.isOver)
        #expect(Set(order) == Set(Self.names))
        if Self.shapes[shape].name == "chain" {
            #expect(order == (direction == .dependenciesFirst ? Self.names : Self.names.reversed()))
        }
    }

    @Test func `the ends of a chain of 10,000 wait for each other across all that stand between`() throws {
        let graph = try StackGraph(names: Self.names, edges: Self.shapes[0].edges)
        var schedule = Schedule(of: ["s10000", "s19999"], in: graph)
        #expect(schedule.start() == "s10000")
        #expect(schedule.start() == nil)
        #expect(schedule.end("s10000", .succeeded) == [])
        #expect(schedule.start() == "s19999")
        #expect(graph.withDependencies(["s19999"]) == Set(Self.names))
    }

    @Test func `5,000 stacks wait for one across a chain of 5,000 that are left out`() throws {
        let (chain, leaves) = (Self.names.prefix(5_000), Self.names.suffix(5_000))
        let graph = try StackGraph(
            names: Self.names,
            edges: zip(chain, chain.dropFirst()).map { edge($1, $0) } + leaves.map { edge($0, "s14999") })
        var schedule = Schedule(of: Set(leaves).union(["s10000"]), in: graph)
        #expect(schedule.start() == "s10000")
        #expect(schedule.start() == nil)
        #expect(schedule.end("s10000", .failed).map(\.stack) == Array(leaves))
    }

    @Test func `the first of a chain of 10,000 fails and all others are skipped`() throws {
        var schedule = Schedule(
            of: Set(Self.names), in: try StackGraph(names: Self.names, edges: Self.shapes[0].edges))
        #expect(schedule.start() == "s10000")
        #expect(schedule.end("s10000", .failed).map(\.stack) == Array(Self.names.dropFirst()))
        #expect(schedule.isOver)
    }
}
