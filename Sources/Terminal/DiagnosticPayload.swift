package import Diagnostics

/// A diagnostic in the JSON that `-o json` and `--json-stream` print; fields are only ever added.
package struct DiagnosticPayload: Codable, Hashable, Sendable {
    package struct Note: Codable, Hashable, Sendable {
        package let message: String
        package let location: SourceLocation?
    }

    package let severity: Diagnostic.Severity
    package let message: String
    package let location: SourceLocation?
    package let excerpt: String?
    package let notes: [Note]
    package let hint: String?
    package let outcome: Diagnostic.Outcome

    package init(_ diagnostic: Diagnostic) {
        severity = diagnostic.severity
        message = diagnostic.message
        location = diagnostic.location
        excerpt = diagnostic.excerpt
        notes = diagnostic.notes.map { Note(message: $0.message, location: $0.location) }
        hint = diagnostic.hint
        outcome = diagnostic.outcome
    }
}
