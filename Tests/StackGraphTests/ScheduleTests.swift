import Diagnostics
import StackGraph
import TestSupport
import Testing

@Suite struct ScheduleTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `whatever happens, each stack is started in its turn and once, or skipped for a reason`(part: UInt64) throws {
        for seed in part * 250..<(part + 1) * 250 {
            let trial = Trial(seed: seed)
            var simulation = Simulation(trial, in: try trial.graph.graph())
            simulation.run()
            try #require(simulation.violations == [], "seed \(seed)")
        }
    }

    @Test func `the same seed gives the same order, in whatever order the graph was given`() throws {
        for seed in 0..<200 as Range<UInt64> {
            let trial = Trial(seed: seed)
            var generator = SeededGenerator(seed: seed)
            var one = Simulation(trial, in: try trial.graph.graph())
            var other = Simulation(trial, in: try trial.graph.shuffledGraph(using: &generator))
            one.run()
            other.run()
            try #require(one.started == other.started && one.skipped == other.skipped, "seed \(seed)")
        }
    }

    @Test func `the order of a seed is the same in every process`() throws {
        let orders = try (0..<3 as Range<UInt64>).map { seed in
            let trial = Trial(seed: seed)
            var simulation = Simulation(trial, in: try trial.graph.graph())
            simulation.run()
            return simulation.started.joined(separator: " ")
        }
        #expect(
            orders == [
                "s4 s14", "s11 s8 s6 s10 s5 s1 s2 s9 s4 s0 s7 s3", "s8 s9 s7 s4 s5 s10 s6 s3 s1 s0 s2 s11",
            ])
    }

    @Test func `of what is ready the longest chain comes first, then the name`() throws {
        let graph = try StackGraph(
            names: ["a", "b", "net", "db", "app"], edges: [edge("db", "net"), edge("app", "db")])
        var schedule = Schedule(of: ["a", "b", "net", "db", "app"], in: graph)
        #expect(starts(&schedule) == ["net", "a", "b"])
        #expect(schedule.obstacles(of: "app") == ["db"])
        #expect(schedule.end("net", .succeeded) == [])
        #expect(starts(&schedule) == ["db"])
    }

    @Test func `a stack waits for one that only others which are left out stand between`() throws {
        let graph = try StackGraph(
            names: ["a", "b", "c", "d"], edges: [edge("b", "a"), edge("c", "b"), edge("d", "c")])
        var schedule = Schedule(of: ["a", "d"], in: graph)
        #expect(starts(&schedule) == ["a"])
        #expect(schedule.end("a", .failed) == [.init(stack: "d", because: "a")])
        #expect(schedule.isOver)
    }

    @Test func `after a first failure that stops everything, those that waited for it are told from the rest`() throws {
        let graph = try StackGraph(names: ["a", "b", "c", "d"], edges: [edge("b", "a"), edge("c", "b")])
        var schedule = Schedule(of: ["a", "b", "c", "d"], in: graph, onFailure: .stop)
        #expect(schedule.start() == "a")
        #expect(
            schedule.end("a", .failed) == [
                .init(stack: "b", because: "a"), .init(stack: "c", because: "a"), .init(stack: "d", because: nil),
            ])
        #expect(schedule.start() == nil)
        #expect(schedule.isOver)
    }

    @Test func `what is told of a stack that is not at work is passed over`() throws {
        var schedule = Schedule(of: ["a", "b"], in: try StackGraph(names: ["a", "b"], edges: [edge("b", "a")]))
        #expect(schedule.end("a", .failed) == [])
        #expect(schedule.end("b", .succeeded) == [])
        #expect(starts(&schedule) == ["a"])
    }

    /// All that may start now.
    private func starts(_ schedule: inout Schedule) -> [String] {
        var result: [String] = []
        while let next = schedule.start() { result.append(next) }
        return result
    }

    @Test func `what was held keeps back those that wait for it, under every policy, and nobody else`() throws {
        for policy in [Schedule.FailurePolicy.skipWaiting, .goOn, .stop] {
            let graph = try StackGraph(
                names: ["a", "b", "other"],
                edges: [
                    .init(
                        stack: "b", dependency: "a", outputs: [], location: SourceLocation(file: "", line: 1, column: 1)
                    )
                ])
            var schedule = Schedule(of: ["a", "b", "other"], in: graph, onFailure: policy)
            #expect(schedule.start() == "a")
            #expect(schedule.end("a", .held) == [.init(stack: "b", because: "a")])
            #expect(schedule.start() == "other")
        }
    }
}
