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

        package init(stack: String, dependency: String, outputs: [String], location: SourceLocation) {
            self.stack = stack
            self.dependency = dependency
            self.outputs = outputs
            self.location = location
        }
    }

    /// In the order of their names.
    package let names: [String]
    private let needs: [String: [Edge]]
    private let neededBy: [String: [Edge]]

    /// - Parameter stacks: all of a project; what names a stack that is not among them is left out, since loading the
    ///   project reports it.
    /// - Throws: a `DiagnosticList` with an error for each circle.
    package init(_ stacks: [StackDefinition]) throws(DiagnosticList) {
        try self.init(names: stacks.map(\.name.value), edges: stacks.flatMap(StackGraph.edges))
    }

    /// - Parameter edges: none leads from a stack to itself; those to a stack that has no name here are left out.
    /// - Throws: a `DiagnosticList` with an error for each circle.
    package init(names: [String], edges: [Edge]) throws(DiagnosticList) {
        let known = Set(names)
        let edges = edges.filter { known.contains($0.dependency) }
        self.names = known.sorted()
        needs = Dictionary(grouping: edges, by: \.stack).mapValues { $0.sorted { $0.dependency < $1.dependency } }
        neededBy = Dictionary(grouping: edges, by: \.dependency).mapValues { $0.sorted { $0.stack < $1.stack } }
        let circles = CircleSearch.circles(in: self)
        guard circles.isEmpty else { throw DiagnosticList(circles.map(Diagnostic.needingEachOther)) }
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

extension StackGraph {
    /// At which step each stack can be worked on when all are: from 1, one more than the highest of what it needs.
    package var steps: [String: Int] {
        var steps: [String: Int] = [:]
        var left = needs.mapValues(\.count)
        var open = names.filter { left[$0] == nil }
        while let stack = open.popLast() {
            steps[stack] = (dependencies(of: stack).compactMap { steps[$0.dependency] }.max() ?? 0) + 1
            for edge in dependents(on: stack) {
                left[edge.stack, default: 1] -= 1
                if left[edge.stack] == 0 { open.append(edge.stack) }
            }
        }
        return steps
    }
}

extension Diagnostic {
    fileprivate static func needingEachOther(_ circle: [StackGraph.Edge]) -> Diagnostic {
        let names = circle.map(\.stack) + circle.prefix(1).map(\.stack)
        return .error(
            "stacks need each other in a circle: \(names.map { "`\($0)`" }.joined(separator: " → "))",
            at: circle.first?.location,
            notes: circle.dropFirst().map { .init("`\($0.stack)` needs `\($0.dependency)`", at: $0.location) },
            hint: "take one of them out of `inputs` or `dependsOn`")
    }
}
