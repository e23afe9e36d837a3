/// Some stacks of a graph as they are drawn: those that were chosen, and what these need themselves.
package struct GraphDrawing: Sendable {
    package struct Node: Hashable, Sendable {
        package let name: String
        /// From 1: one more than the highest of what it needs, chosen or not.
        package let step: Int
        /// False for one that is only needed.
        package let isChosen: Bool
    }

    /// By step, then by name.
    package let nodes: [Node]
    /// What the chosen ones need themselves, in the order of the nodes.
    package let edges: [StackGraph.Edge]

    package init(of chosen: Set<String>, in graph: StackGraph) {
        let steps = graph.steps
        let needed = chosen.flatMap { graph.dependencies(of: $0).map(\.dependency) }
        nodes = chosen.union(needed).map { Node(name: $0, step: steps[$0] ?? 1, isChosen: chosen.contains($0)) }
            .sorted { ($0.step, $0.name) < ($1.step, $1.name) }
        edges = nodes.filter(\.isChosen).flatMap { graph.dependencies(of: $0.name) }
    }
}
