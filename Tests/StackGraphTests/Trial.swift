import StackGraph
import TestSupport

/// One command with many stacks, all that happens to it decided by a seed.
struct Trial {
    let graph: RandomGraph
    let selection: Set<String>
    let direction: Schedule.Direction
    let policy: Schedule.FailurePolicy
    /// How many stacks may be at work at once.
    let limit: Int
    /// How long each stack takes, and whether it succeeds.
    let ends: [String: (duration: Int, succeeds: Bool)]
    /// When everything is stopped.
    let stop: Int?

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        graph = RandomGraph(1...20, using: &generator)
        let share = Bool.random(using: &generator) ? 1 : Double.random(in: 0.2...1, using: &generator)
        selection = Set(graph.names.filter { _ in Double.random(in: 0..<1, using: &generator) < share })
        direction = [.dependenciesFirst, .dependentsFirst].randomElement(using: &generator)!
        policy = [.skipWaiting, .goOn, .stop].randomElement(using: &generator)!
        limit = Int.random(in: 1...8, using: &generator)
        let failures = Bool.random(using: &generator) ? 0 : Double.random(in: 0...0.4, using: &generator)
        var ends: [String: (duration: Int, succeeds: Bool)] = [:]
        for name in graph.names {
            let succeeds = Double.random(in: 0..<1, using: &generator) >= failures
            ends[name] = (Int.random(in: 1...9, using: &generator), succeeds)
        }
        self.ends = ends
        stop = Int.random(in: 0..<4, using: &generator) == 0 ? Int.random(in: 0...40, using: &generator) : nil
    }

    /// For each selected stack the selected ones that have to have ended before it starts.
    var obstacles: [String: Set<String>] {
        let closure = graph.closure
        var result: [String: Set<String>] = [:]
        for name in selection {
            result[name] =
                switch direction {
                case .dependenciesFirst: selection.intersection(closure[name] ?? [])
                case .dependentsFirst: selection.filter { closure[$0]?.contains(name) == true }
                }
        }
        return result
    }

    func schedule(in graph: StackGraph) -> Schedule { Schedule(of: selection, in: graph, direction, onFailure: policy) }
}
