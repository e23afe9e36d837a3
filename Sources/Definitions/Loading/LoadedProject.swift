package import Diagnostics
import YAML

/// A project as it was found, right or wrong.
package struct LoadedProject: Sendable {
    package struct Counts: Hashable, Sendable {
        /// YAML files that were read.
        package let files: Int
        /// Documents of our groups.
        package let documents: Int
        /// Documents of other groups, which are left alone.
        package let skipped: Int
    }

    /// What could be understood. Where `hasErrors`, what is wrong has its default (a misspelt `protect` is false), so
    /// nothing may be run from it.
    package let project: Project
    /// Errors, warnings, and notes on what has no effect, by place, with the text of their lines.
    package let diagnostics: [Diagnostic]
    /// The stacks in which nothing is wrong that decides about their modules and variables: what else is found in them
    /// follows from none of `diagnostics`.
    package let soundStacks: [StackDefinition]
    package let counts: Counts
    let texts: [String: SourceText]

    package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    /// The text of the line that a location in one of the project's files points at; nil for other files.
    package func excerpt(at location: SourceLocation) -> String? {
        texts[location.file]?.line(location.line)
    }
}
