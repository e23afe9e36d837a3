/// Which versions will do, in Terraform's syntax: `~> 1.4`, `>= 1.5, < 2`, `1.4.0`, `!= 1.4.1`.
///
/// As in Terraform, a pre-release is taken only where a term names just that version with `=`.
package struct VersionConstraint: Hashable, Sendable {
    /// What is wrong with a constraint's text.
    package struct SyntaxError: Error, Hashable {
        package let message: String
    }

    fileprivate struct Term: Hashable {
        let operation: Operation
        let version: PartialVersion
    }

    fileprivate enum Operation: String, CaseIterable {
        case atLeast = ">="
        case atMost = "<="
        case pessimistic = "~>"
        case not = "!="
        case above = ">"
        case below = "<"
        case exactly = "="
    }

    /// As it was written.
    package let text: String
    private let terms: [Term]

    /// - Throws: `SyntaxError`.
    package init(_ text: String) throws(SyntaxError) {
        self.text = text
        var terms: [Term] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            terms.append(try Self.term(part))
        }
        self.terms = terms
    }

    /// Just one version.
    package init(exactly version: SemanticVersion) {
        text = version.description
        terms = [Term(operation: .exactly, version: PartialVersion(version))]
    }

    package func contains(_ version: SemanticVersion) -> Bool {
        let isNamed = terms.contains { $0.operation == .exactly && SemanticVersion($0.version) == version }
        guard !version.isPreRelease || isNamed else { return false }
        return terms.allSatisfy { $0.admits(version) }
    }

    private static func term(_ part: Substring) throws(SyntaxError) -> Term {
        let text = part.trimmingBlanks
        let operation = Operation.allCases.first { text.hasPrefix($0.rawValue) }
        let rest = text.dropFirst(operation?.rawValue.count ?? 0).trimmingBlanks
        guard let version = PartialVersion(String(rest)) else {
            let message =
                text.isEmpty
                ? "a version is missing"
                : rest.isEmpty ? "a version is missing behind `\(text)`" : "`\(rest)` is no version"
            throw SyntaxError(message: "\(message); constraints look like `~> 1.4` or `>= 1.5, < 2`")
        }
        return Term(operation: operation ?? .exactly, version: version)
    }
}

extension VersionConstraint.Term {
    fileprivate func admits(_ candidate: SemanticVersion) -> Bool {
        let bound = SemanticVersion(version)
        return switch operation {
        case .exactly: candidate == bound
        case .not: candidate != bound
        case .above: candidate > bound
        case .below: candidate < bound
        case .atLeast: candidate >= bound
        case .atMost: candidate <= bound
        // All numbers but the last that is written have to be the same: `~> 1.4` stays below 2, `~> 1.4.2` below 1.5.
        case .pessimistic: candidate >= bound && candidate.core.starts(with: version.numbers.dropLast())
        }
    }
}

extension VersionConstraint: CustomStringConvertible {
    package var description: String { text }
}

extension Substring {
    /// Without blanks at both ends.
    var trimmingBlanks: Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while rest.last == " " || rest.last == "\t" { rest.removeLast() }
        return rest
    }
}
