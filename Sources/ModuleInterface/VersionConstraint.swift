package import Diagnostics

/// Terraform's version constraints: `>= 1.5, < 2.0`, `~> 1.9.0`, `1.11.4`; all parts have to hold.
///
/// Source of the format: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
package struct VersionConstraint: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let parts: [Part]

    private struct Part: Hashable {
        let comparison: Comparison
        let bound: ParsedVersion
    }

    private enum Comparison: String, CaseIterable {
        // Longer ones first: the first prefix that fits is taken.
        case pessimistic = "~>"
        case atLeast = ">="
        case atMost = "<="
        case unequal = "!="
        case above = ">"
        case below = "<"
        case equal = "="
    }

    /// - Throws: a diagnostic at the constraint's place, also for a constraint that names a pre-release: Terraform
    ///   refuses those, and takes a pre-release of itself for the version that it precedes.
    package init(_ constraint: Located<String>) throws(Diagnostic) {
        text = constraint.value
        var parts: [Part] = []
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let piece = piece.trimmingSpaces
            let comparison = Comparison.allCases.first { piece.hasPrefix($0.rawValue) }
            let number = piece.dropFirst(comparison?.rawValue.count ?? 0).trimmingSpaces
            guard let bound = ParsedVersion(String(number)) else {
                throw .error(
                    "`\(text)` is no version constraint", at: constraint.location,
                    hint: "write for example `>= 1.5, < 2.0`, `~> 1.9.0` or `1.11.4`")
            }
            guard bound.version.prerelease == nil else {
                throw .error(
                    "`\(text)` names a pre-release, which Terraform does not take here", at: constraint.location,
                    hint: "a pre-release counts as the version that it precedes: write `\(bound.version.core)`")
            }
            parts.append(Part(comparison: comparison ?? .equal, bound: bound))
        }
        self.parts = parts
    }

    /// Whether `version` is allowed; a pre-release counts as the version that it precedes, as for Terraform itself.
    package func contains(_ version: TerraformVersion) -> Bool {
        let version = version.core
        return parts.allSatisfy { part in
            let bound = part.bound.version
            return switch part.comparison {
            case .equal: version == bound
            case .unequal: version != bound
            case .above: version > bound
            case .below: version < bound
            case .atLeast: version >= bound
            case .atMost: version <= bound
            case .pessimistic: version >= bound && Self.sharesParts(version, part.bound)
            }
        }
    }

    /// Only the last part that is written may rise: `~> 1.9` allows 1.10, `~> 1.9.0` does not; `~> 1` allows 2.
    private static func sharesParts(_ version: TerraformVersion, _ bound: ParsedVersion) -> Bool {
        version.numbers.prefix(bound.partCount - 1) == bound.version.numbers.prefix(bound.partCount - 1)
    }
}

extension ModuleInterface {
    /// What `required_version` says against a binary's version: an error for each text that excludes it or is none.
    package func check(terraform version: TerraformVersion) -> [Diagnostic] {
        requiredVersion.compactMap { required in
            do throws(Diagnostic) {
                if try VersionConstraint(required).contains(version) { return nil }
                return .error(
                    "the module wants Terraform `\(required.value)`, this is `\(version)`", at: required.location,
                    hint: "install a version that fits, or name another binary in `stack.yaml`")
            } catch {
                return error
            }
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingSpaces: SubSequence {
        let start = drop(while: \.isWhitespace).startIndex
        guard let end = lastIndex(where: { !$0.isWhitespace }) else { return self[endIndex...] }
        return self[start...end]
    }
}
