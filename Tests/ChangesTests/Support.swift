import Changes
import Definitions
import Diagnostics
import Foundation
import TestSupport
import Testing

/// What the change from one set of files to another reaches; the later ones must be right.
func changesBetween(
    _ base: [String: String], _ head: [String: String], sourceLocation: Testing.SourceLocation = #_sourceLocation
) -> StackChanges {
    let tree = MemoryTree(head)
    let loaded = loadProject(tree)
    let errors = loaded.diagnostics.filter { $0.severity == .error && !$0.message.contains("is not here") }
    #expect(errors.map(\.description) == [], sourceLocation: sourceLocation)
    let paths = Set(base.keys).union(head.keys).filter { base[$0] != head[$0] }
    return StackChanges(from: MemoryTree(base), to: tree, defining: loaded.project, at: paths)
}

/// A stack in one line; without a name a base.
func definition(_ name: String?, _ spec: String) -> String {
    """
    apiVersion: stacks.fleet/v1alpha1
    kind: InfrastructureStack
    \(name.map { "metadata: {name: \($0)}\n" } ?? "")spec: {\(spec)}

    """
}

func template(_ version: String) -> String {
    "apiVersion: stacks.fleet/v1alpha1\nkind: StackTemplate\nmetadata: {name: net}\nspec: {version: \(version)}\n"
}

func settings(_ spec: String) -> String {
    "apiVersion: stacks.fleet/v1alpha1\nkind: Project\nmetadata: {name: fleet}\nspec: {\(spec)}\n"
}
