package import Definitions
package import Diagnostics

/// The stacks of a project and what they need of each other: a directed graph without circles.
package struct StackGraph: Sendable {
    /// What one stack needs of another.
    package struct Edge: Hashable, Sendable {
        /// The one that needs.
        package let stack: String
        /// The one that is needed.
        package let dependency: String
        /// The outputs that are taken, by name; none where only the order matters.
        package let outputs: [String]
        /// Where the definition says so first.
        package let location: SourceLocation
    }

    /// In the order of their names.
    package let names: [String]
    private let needs: [String: [Edge]]
    private let neededBy: [String: [Edge]]

    /// - Parameter stacks: all of a project; what names a stack that is not among them is left out, since loading the
    ///   project reports it.
    /// - Throws: a `DiagnosticList` with an error for each circle.
    package init(_ stacks: [StackDefinition]) throws(DiagnosticList) {
        names = stacks.map(\.name.value).sorted()
        let known = Set(names)
        let edges = stacks.flatMap { stack in StackGraph.edges(of: stack).filter { known.contains($0.dependency) } }
        needs = Dictionary(grouping: edges, by: \.stack).mapValues { $0.sorted { $0.dependency < $1.dependency } }
        neededBy = Dictionary(grouping: edges, by: \.dependency).mapValues { $0.sorted { $0.stack < $1.stack } }
        let circles = circles()
        guard circles.isEmpty else { throw DiagnosticList(circles.map(isCircle)) }
    }

    /// One for each stack that is needed, however often it is named. A stack that names itself is left out, too.
    private static func edges(of stack: StackDefinition) -> [Edge] {
        let inputs = stack.inputs.map { ($0.value.stack, output: Optional($0.value.output)) }
        let all = inputs + stack.dependsOn.map { ($0, output: nil) }
        return Dictionary(grouping: all) { $0.0.value }.compactMap { dependency, uses in
            guard dependency != stack.name.value, let first = uses.map(\.0.location).min() else { return nil }
            return Edge(
                stack: stack.name.value, dependency: dependency, outputs: Set(uses.compactMap(\.output)).sorted(),
                location: first)
        }
    }

    /// What a stack needs itself, by name.
    package func dependencies(of stack: String) -> [Edge] { needs[stack] ?? [] }

    /// What needs a stack itself, by name.
    package func dependents(on stack: String) -> [Edge] { neededBy[stack] ?? [] }

    /// Some stacks, and all that they need, directly or not.
    package func withDependencies(_ stacks: Set<String>) -> Set<String> {
        reachable(from: stacks) { dependencies(of: $0).map(\.dependency) }
    }

    /// Some stacks, and all that need them, directly or not.
    package func withDependents(_ stacks: Set<String>) -> Set<String> {
        reachable(from: stacks) { dependents(on: $0).map(\.stack) }
    }

    private func reachable(from stacks: Set<String>, _ next: (String) -> [String]) -> Set<String> {
        var found = stacks
        var open = Array(stacks)
        while let stack = open.popLast() {
            for neighbour in next(stack) where found.insert(neighbour).inserted { open.append(neighbour) }
        }
        return found
    }
}

// MARK: Circles

extension StackGraph {
    /// Circles that share no stack, each as its edges, from the one that is first by name.
    private func circles() -> [[Edge]] {
        var left = Set(names)
        var result: [[Edge]] = []
        while true {
            peel(&left)
            guard let start = left.min() else { return result }
            let circle = circle(from: start, within: left)
            result.append(circle)
            left.subtract(circle.map(\.stack))
        }
    }

    /// Takes away what is in no circle and needs none, and what no circle needs.
    private func peel(_ left: inout Set<String>) {
        removeLeaves(&left) {
            dependencies(of: $0).map(\.dependency)
        } and: {
            dependents(on: $0).map(\.stack)
        }
        removeLeaves(&left) {
            dependents(on: $0).map(\.stack)
        } and: {
            dependencies(of: $0).map(\.dependency)
        }
    }

    private func removeLeaves(
        _ left: inout Set<String>, without next: (String) -> [String], and previous: (String) -> [String]
    ) {
        var count: [String: Int] = [:]
        for stack in left { count[stack] = next(stack).count { left.contains($0) } }
        var leaves = left.filter { count[$0] == 0 }
        while let leaf = leaves.popFirst() {
            left.remove(leaf)
            for neighbour in previous(leaf) where left.contains(neighbour) {
                count[neighbour, default: 0] -= 1
                if count[neighbour] == 0 { leaves.insert(neighbour) }
            }
        }
    }

    /// Every stack of `left` needs another one of it, so that the way comes back to itself.
    private func circle(from start: String, within left: Set<String>) -> [Edge] {
        var way: [Edge] = []
        var position: [String: Int] = [:]
        var stack = start
        while position[stack] == nil {
            guard let edge = dependencies(of: stack).first(where: { left.contains($0.dependency) }) else { return way }
            position[stack] = way.count
            way.append(edge)
            stack = edge.dependency
        }
        let circle = Array(way[(position[stack] ?? 0)...])
        let first = circle.indices.min { circle[$0].stack < circle[$1].stack } ?? 0
        return Array(circle[first...] + circle[..<first])
    }
}

private func isCircle(_ circle: [StackGraph.Edge]) -> Diagnostic {
    let names = circle.map(\.stack) + circle.prefix(1).map(\.stack)
    return .error(
        "stacks need each other in a circle: \(names.map { "`\($0)`" }.joined(separator: " → "))",
        at: circle.first?.location,
        notes: circle.dropFirst().map { .init("`\($0.stack)` needs `\($0.dependency)`", at: $0.location) },
        hint: "Take one of them out of `inputs` or `dependsOn`")
}
