import Diagnostics

/// Takes in what is wrong with the definitions while they are read; reading never stops at the first.
final class ProblemCollector {
    private(set) var diagnostics: [Diagnostic] = []
    /// The names of the stacks in which an error was found.
    private(set) var faultyStacks: Set<String> = []
    private var withoutEffect: [String: (reason: String, first: SourceLocation, places: Int)] = [:]

    func add(_ diagnostics: some Sequence<Diagnostic>) {
        self.diagnostics += diagnostics
    }

    /// Does some work on one stack, and remembers whether it found an error.
    func examining<Value>(_ stack: String?, _ work: () -> Value) -> Value {
        let known = diagnostics.count
        let value = work()
        if let stack, diagnostics[known...].contains(where: { $0.severity == .error }) { faultyStacks.insert(stack) }
        return value
    }

    func error(_ message: String, at location: SourceLocation, notes: [Diagnostic.Note] = [], hint: String? = nil) {
        diagnostics.append(.error(message, at: location, notes: notes, hint: hint))
    }

    func warning(_ message: String, at location: SourceLocation, notes: [Diagnostic.Note] = [], hint: String? = nil) {
        diagnostics.append(.warning(message, at: location, notes: notes, hint: hint))
    }

    /// Something that is read and means nothing here; said once, however often it stands in the project.
    func hasNoEffect(_ subject: String, because reason: String, at location: SourceLocation) {
        withoutEffect[subject, default: (reason, location, 0)].places += 1
    }

    /// Everything, by place; the same problem at the same place (of a base that many extend) once.
    func finish() -> [Diagnostic] {
        let notes = withoutEffect.map { subject, entry in
            let others = entry.places - 1
            let more = others == 0 ? "" : " (and \(others) more \(others == 1 ? "place" : "places"))"
            return Diagnostic(
                .note, "\(subject) has no effect here, because \(entry.reason)\(more)", at: entry.first)
        }
        var seen: Set<Diagnostic> = []
        let unique = (diagnostics + notes).filter { seen.insert($0).inserted }
        return DiagnosticList(unique).sorted().diagnostics
    }
}
