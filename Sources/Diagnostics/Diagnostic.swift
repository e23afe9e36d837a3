/// One thing that is wrong, told to a person: what, where, what was expected, what to do next.
///
/// It is the only error type that crosses module borders towards the user. Known problems are made by named factories
/// beside the code that finds them. Messages: the fact first, values in backticks, no full stop after one sentence.
package struct Diagnostic: Error, Hashable, Sendable, Codable {
    package enum Severity: String, Hashable, Sendable, Codable {
        case error
        case warning
        case note
    }

    /// What an error means for the caller; `Commands` turns it into the exit code.
    package enum Outcome: String, Hashable, Sendable, Codable {
        /// The definition is invalid, or the work failed.
        case failed
        /// A rule said no: protection, approval, a stale plan, a question answered with no.
        case refused
        /// The command line itself is wrong.
        case usage
        /// It may work later: the lock is held, a database or host cannot be reached.
        case unavailable
        /// A defect of this program.
        case internalFailure
    }

    /// A second place, or a second fact, that explains the first.
    package struct Note: Hashable, Sendable, Codable {
        package let message: String
        package let location: SourceLocation?

        package init(_ message: String, at location: SourceLocation? = nil) {
            self.message = message
            self.location = location
        }
    }

    package var severity: Severity
    package var message: String
    package var location: SourceLocation?
    /// The text of the line that `location` points at, shown with carets under it.
    package var excerpt: String?
    package var notes: [Note]
    package var hint: String?
    package var outcome: Outcome

    package init(
        _ severity: Severity,
        _ message: String,
        at location: SourceLocation? = nil,
        excerpt: String? = nil,
        notes: [Note] = [],
        hint: String? = nil,
        outcome: Outcome = .failed
    ) {
        self.severity = severity
        self.message = message
        self.location = location
        self.excerpt = excerpt
        self.notes = notes
        self.hint = hint
        self.outcome = outcome
    }

    package static func error(
        _ message: String,
        at location: SourceLocation? = nil,
        notes: [Note] = [],
        hint: String? = nil,
        outcome: Outcome = .failed
    ) -> Diagnostic {
        Diagnostic(.error, message, at: location, notes: notes, hint: hint, outcome: outcome)
    }

    package static func warning(
        _ message: String, at location: SourceLocation? = nil, notes: [Note] = [], hint: String? = nil
    ) -> Diagnostic {
        Diagnostic(.warning, message, at: location, notes: notes, hint: hint)
    }

    /// The same at the place that led to it, unless it has one of its own.
    package func reached(from location: SourceLocation) -> Diagnostic {
        var diagnostic = self
        diagnostic.location = self.location ?? location
        return diagnostic
    }
}

/// Several problems thrown together, so that a person sees all of a file's mistakes at once.
package struct DiagnosticList: Error, Hashable, Sendable {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// By place, those without one first; the order of equal places is kept.
    package func sorted() -> DiagnosticList {
        DiagnosticList(
            diagnostics.enumerated().sorted { left, right in
                switch (left.element.location, right.element.location) {
                case (let first?, let second?) where first != second: first < second
                case (nil, .some): true
                case (.some, nil): false
                default: left.offset < right.offset
                }
            }.map(\.element))
    }
}

extension Diagnostic: CustomStringConvertible {
    /// One line, for records and logs: `stacks/dev.yaml:12:9: error: …`.
    package var description: String {
        (location.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)"
    }
}
