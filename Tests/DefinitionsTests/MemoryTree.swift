import Diagnostics
import FoundationEssentials
import SourceTree

@testable import Definitions

/// A tree of texts.
struct MemoryTree: SourceTree {
    let files: [String: String]
    let name = "fleet"

    func kind(of path: String) throws -> SourceEntryKind? {
        if files[path] != nil { return .file(executable: false) }
        return path.isEmpty || files.keys.contains { $0.hasPrefix(path + "/") } ? .directory : nil
    }

    func entries(of directory: String) throws -> [(name: String, kind: SourceEntryKind)] {
        let prefix = directory.isEmpty ? "" : directory + "/"
        let names = files.keys.filter { $0.hasPrefix(prefix) }
            .compactMap { $0.dropFirst(prefix.count).split(separator: "/").first.map(String.init) }
        return try Set(names).sorted().compactMap { name in try kind(of: prefix + name).map { (name, $0) } }
    }

    func contents(of path: String, upTo limit: Int) throws -> Data {
        guard let text = files[path] else { throw Diagnostic.error("there is no file `\(path)`") }
        return Data(text.utf8)
    }
}

/// A project with a module at `module/` and the given files.
func load(_ files: [String: String]) -> LoadedProject {
    loadProject(MemoryTree(files: ["module/main.tf": "", "module/envs/dev/main.tf": ""].merging(files) { $1 }))
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
