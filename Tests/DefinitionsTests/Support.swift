import Diagnostics
import TestSupport

@testable import Definitions

/// A project with a module at `module/` and the given files.
func load(_ files: [String: String]) -> LoadedProject {
    loadProject(MemoryTree(["module/main.tf": "", "module/envs/dev/main.tf": ""].merging(files) { $1 }))
}

/// A stack in our group with `source: module`; `spec` is indented by two.
func stack(_ name: String = "dev", _ spec: String = "", source: String = "path: module") -> String {
    """
    apiVersion: stacks.fleet/v1alpha1
    kind: InfrastructureStack
    metadata: {name: \(name)}
    spec:
      \(source)
    \(spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))

    """
}

extension LoadedProject {
    var lines: [String] { diagnostics.map(\.description) }
    var hints: [String?] { diagnostics.map(\.hint) }
}
