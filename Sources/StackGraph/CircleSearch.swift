/// Finds circles that share no stack.
struct CircleSearch {
    private let graph: StackGraph
    /// Those that may still be on a circle: each needs one of them and is needed by one of them.
    private var left: Set<String>
    private var needs: [String: Int] = [:]
    private var neededBy: [String: Int] = [:]

    /// The circles of a graph, each as its edges, from the stack that is first by name; by that stack.
    static func circles(in graph: StackGraph) -> [[StackGraph.Edge]] {
        var search = CircleSearch(graph)
        var result: [[StackGraph.Edge]] = []
        for start in graph.names {
            while search.left.contains(start) {
                let circle = search.circle(reachedFrom: start)
                result.append(circle)
                search.remove(circle.map(\.stack))
            }
        }
        return result.sorted { ($0.first?.stack ?? "") < ($1.first?.stack ?? "") }
    }

    private init(_ graph: StackGraph) {
        self.graph = graph
        left = Set(graph.names)
        for name in left {
            needs[name] = graph.dependencies(of: name).count
            neededBy[name] = graph.dependents(on: name).count
        }
        remove(left.filter { needs[$0] == 0 || neededBy[$0] == 0 })
    }

    /// Takes stacks away, and with them whatever can be on no circle without them.
    private mutating func remove(_ stacks: some Sequence<String>) {
        var open = Array(stacks)
        while let stack = open.popLast() {
            guard left.remove(stack) != nil else { continue }
            for edge in graph.dependencies(of: stack) {
                neededBy[edge.dependency, default: 0] -= 1
                if neededBy[edge.dependency] == 0 { open.append(edge.dependency) }
            }
            for edge in graph.dependents(on: stack) {
                needs[edge.stack, default: 0] -= 1
                if needs[edge.stack] == 0 { open.append(edge.stack) }
            }
        }
    }

    /// Whoever follows what is needed, and always finds more, comes back to where it has been.
    private func circle(reachedFrom start: String) -> [StackGraph.Edge] {
        var way: [StackGraph.Edge] = []
        var position: [String: Int] = [:]
        var stack = start
        while position[stack] == nil {
            guard let edge = graph.dependencies(of: stack).first(where: { left.contains($0.dependency) }) else { break }
            position[stack] = way.count
            way.append(edge)
            stack = edge.dependency
        }
        let circle = way[(position[stack] ?? 0)...]
        let first = circle.indices.min { circle[$0].stack < circle[$1].stack } ?? circle.startIndex
        return Array(circle[first...] + circle[..<first])
    }
}
