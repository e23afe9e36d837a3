import ChildProcess
import Diagnostics

extension Diagnostic {
    /// What git says about a repository, without credentials.
    static func git(_ output: ChildOutput, _ problem: String, _ url: String) -> Diagnostic {
        let lines = withoutCredentials(String(decoding: output.standardError, as: UTF8.self)).split(separator: "\n")
        return .error(
            "the git repository \(withoutCredentials(url)) \(problem)",
            notes: lines.suffix(5).map { .init("git: \($0)") },
            hint: "`git ls-remote \(withoutCredentials(url))` shows whether you can read it", outcome: .unavailable)
    }

    static func noSuchRef(_ ref: String, _ url: String, among names: [String]) -> Diagnostic {
        let near = suggestion(for: ref, among: names)
        let shown = names.suffix(10).map { "`\($0)`" }.joined(separator: ", ")
        return .error(
            "there is no tag, branch or commit `\(ref)` in the git repository \(withoutCredentials(url))",
            hint: near.map { "did you mean `\($0)`?" } ?? (names.isEmpty ? nil : "there are \(shown)"))
    }

    /// What git says when it does not do what it has to.
    static func git(_ command: String, _ output: ChildOutput) -> Diagnostic {
        let reason = String(decoding: output.standardError, as: UTF8.self).split(separator: "\n").first.map(String.init)
        return .error("`git \(command)` failed" + (reason.map { ": \($0)" } ?? ""))
    }
}
