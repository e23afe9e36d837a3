import Diagnostics
import Records
package import StackGraph

extension ProjectStore {
    /// Destroying what others are built on breaks them, and they could not even be destroyed any more.
    ///
    /// - Parameter stacks: all that are to be destroyed.
    /// - Throws: a `DiagnosticList` with the outcome `refused` when others that still have resources need one of them.
    package func requireUnneeded(_ stacks: Set<String>, in graph: StackGraph) async throws {
        var problems: [Diagnostic] = []
        for dependent in graph.withDependents(stacks).subtracting(stacks).sorted() {
            guard let what = try await remains(of: dependent) else { continue }
            let needed = graph.withDependencies([dependent]).intersection(stacks).sorted()
            let names = needed.map { "`\($0)`" }.joined(separator: ", ")
            problems.append(
                .error(
                    "\(names) \(needed.count == 1 ? "is" : "are") needed by `\(dependent)`, which \(what)",
                    at: graph.dependencies(of: dependent).first { stacks.contains($0.dependency) }?.location,
                    hint: "Destroy them together: `stack destroy \(needed.joined(separator: " ")) --with-dependents`",
                    outcome: .refused))
        }
        guard problems.isEmpty else { throw DiagnosticList(problems) }
    }

    /// As people read it; nil when nothing is there and nothing is being made.
    private func remains(of stack: String) async throws -> String? {
        guard let row = try await records.stack(named: stack) else { return nil }
        if let holder = try await records.lockHolder(of: row.id) { return "run `\(holder.run)` is working on" }
        let count = try await records.newestSettledState(of: row.id)?.resources ?? 0
        return count == 0 ? nil : "still has \(count) \(count == 1 ? "resource" : "resources")"
    }
}
