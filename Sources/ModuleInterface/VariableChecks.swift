package import Diagnostics

extension ModuleInterface {
    /// Compares the variables that a stack sets with those that the module declares. Types are Terraform's to check.
    ///
    /// - Parameters:
    ///   - given: the names, each where it is set.
    ///   - location: where a missing variable is reported: the stack.
    ///   - undeclared: how bad it is to set one that the module does not declare.
    /// - Returns: one diagnostic for each undeclared variable and for each missing one without a default.
    package func check(
        variables given: [Located<String>], stack location: SourceLocation, undeclared: Diagnostic.Severity = .error
    ) -> [Diagnostic] {
        let names = variables.keys.sorted()
        let unknown = given.filter { variables[$0.value] == nil }.map { name in
            var diagnostic = Diagnostic(
                undeclared, "the module `\(displayName)` declares no variable `\(name.value)`", at: name.location)
            if let near = suggestion(for: name.value, among: names) {
                diagnostic.hint = "did you mean `\(near)`?"
            } else if names.isEmpty {
                diagnostic.hint = "it declares none"
            } else {
                diagnostic.hint = "it declares \(names.map { "`\($0)`" }.joined(separator: ", "))"
            }
            return diagnostic
        }
        let set = presetVariables.union(given.lazy.map(\.value))
        let missing = requiredVariables.filter { !set.contains($0.name) }.map { variable in
            Diagnostic.error(
                "variable `\(variable.name)` is not set", at: location,
                notes: [.init(variable.summary, at: variable.location)],
                hint: "add it to `spec.variables`; the module `\(displayName)` gives it no default")
        }
        return unknown + missing
    }

    var displayName: String { folder.isEmpty ? "." : folder }
}

extension Variable {
    /// Its type and description in one line.
    fileprivate var summary: String {
        let type = typeText.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let first = description?.split(whereSeparator: \.isNewline).first
        return "`\(name)` is of type `\(type)`" + (first.map { ": \($0)" } ?? "")
    }
}
