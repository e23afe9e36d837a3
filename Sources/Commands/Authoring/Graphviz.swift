import ChildProcess
import Diagnostics
import FoundationEssentials

/// The SVG that Graphviz's `dot` makes of a graph in its language.
///
/// - Throws: a `Diagnostic` when it is not installed or fails.
func drawnByGraphviz(_ graph: String, _ environment: [String: String]) async throws -> String {
    guard let program = findExecutable("dot", searchPath: environment["PATH"]) else {
        throw Diagnostic.error(
            "`dot`, which draws the SVG, is not installed",
            hint: "Install Debian's package `graphviz`, or give `--format dot` or `--format mermaid`")
    }
    // Where its fonts and their cache lie.
    let kept = environment.filter { ["PATH", "HOME"].contains($0.key) }
    let result = try await collect(
        ChildCommand(.path(program), arguments: ["-Tsvg"], environment: kept), standardInput: Data(graph.utf8))
    guard result.exit.isSuccess else {
        let said = String(decoding: result.standardError, as: UTF8.self).split(separator: "\n").prefix(5)
        throw Diagnostic.error(
            "Graphviz's `dot` \(result.exit)", notes: said.map { Diagnostic.Note(String($0)) })
    }
    return String(decoding: result.standardOutput, as: UTF8.self)
}
