package import Diagnostics

extension ModuleInterface {
    /// What is wrong with an output that is taken; nil when the module declares it.
    ///
    /// - Parameters:
    ///   - output: its name, where it is taken.
    ///   - path: who takes it from whom.
    package func check(output: Located<String>, along path: String) -> Diagnostic? {
        guard outputs[output.value] == nil else { return nil }
        let names = outputs.keys.sorted()
        return .error(
            "\(path): the module `\(displayName)` declares no output `\(output.value)`", at: output.location,
            notes: names.isEmpty ? [] : [.init("it declares \(names.map { "`\($0)`" }.joined(separator: ", "))")],
            hint: names.isEmpty
                ? "it declares none" : suggestion(for: output.value, among: names).map { "did you mean `\($0)`?" })
    }
}
