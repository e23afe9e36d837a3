import Diagnostics
import StackGraph
import TestSupport

/// A graph that knows by itself what follows from its edges.
struct RandomGraph {
    let names: [String]
    /// What each needs itself.
    let needs: [String: Set<String>]

    init(names: [String], needs: [String: Set<String>]) {
        self.names = names
        self.needs = needs
    }

    /// - Parameter hasCircles: whether a stack may need one that needs it.
    init(_ size: ClosedRange<Int>, hasCircles: Bool = false, using generator: inout SeededGenerator) {
        let names = (0..<Int.random(in: size, using: &generator)).map { "s\($0)" }.shuffled(using: &generator)
        let density = Double.random(in: 0...0.5, using: &generator)
        var needs: [String: Set<String>] = [:]
        for (index, name) in names.enumerated() {
            let others = hasCircles ? names[...] : names[..<index]
            needs[name] = Set(
                others.filter { $0 != name && Double.random(in: 0..<1, using: &generator) < density })
        }
        self.init(names: names.sorted(), needs: needs)
    }

    var edges: [StackGraph.Edge] {
        names.flatMap { name in (needs[name] ?? []).sorted().map { edge(name, $0) } }
    }

    func graph() throws(DiagnosticList) -> StackGraph { try StackGraph(names: names, edges: edges) }

    /// The same in another order, which must make no difference.
    func shuffledGraph(using generator: inout SeededGenerator) throws -> StackGraph {
        try StackGraph(names: names.shuffled(using: &generator), edges: edges.shuffled(using: &generator))
    }

    /// For each stack all that it needs, directly or not.
    var closure: [String: Set<String>] {
        var closure = needs
        for middle in names {
            for name in names where closure[name]?.contains(middle) == true {
                let further = closure[middle] ?? []
                closure[name]?.formUnion(further)
            }
        }
        return closure
    }

    /// Whether some stack needs itself: by taking away what needs nothing, until nothing more goes.
    var hasCircle: Bool { !left(without: []).isEmpty }

    /// What is left of the graph without some stacks when nothing more can be taken away that needs nothing.
    func left(without removed: Set<String>) -> Set<String> {
        var left = Set(names).subtracting(removed)
        while let leaf = left.first(where: { needs[$0]?.isDisjoint(with: left) != false }) { left.remove(leaf) }
        return left
    }
}

func edge(_ stack: String, _ dependency: String, _ outputs: [String] = []) -> StackGraph.Edge {
    StackGraph.Edge(
        stack: stack, dependency: dependency, outputs: outputs,
        location: SourceLocation(file: "stacks/\(stack).yaml", line: 1, column: 1))
}
