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
        for stack in stacks.sorted() {
            for dependent in graph.withDependents([stack]).subtracting(stacks).sorted() {
                let resources = try await resources(of: dependent)
                guard resources > 0 else { continue }
                problems.append(
                    .error(
                        "`\(stack)` is needed by `\(dependent)`, which still has \(resources) "
                            + (resources == 1 ? "resource" : "resources"),
                        at: graph.dependencies(of: dependent).first { $0.dependency == stack }?.location,
                        hint: "Destroy them together: `stack destroy \(stack) --with-dependents`", outcome: .refused))
            }
        }
        guard problems.isEmpty else { throw DiagnosticList(problems) }
    }

    private func resources(of stack: String) async throws -> Int {
        guard let row = try await records.stack(named: stack) else { return 0 }
        return try await records.newestSettledState(of: row.id)?.resources ?? 0
    }
}
