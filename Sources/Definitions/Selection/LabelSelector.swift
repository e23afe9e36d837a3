/// Which stacks a `-l` flag means, in Kubernetes' syntax: `env=dev,tier!=prod`, `env in (dev, test)`, `tier notin (x)`,
/// `team` (the label is there), `!team` (it is not).
///
/// As in Kubernetes, `!=` and `notin` also take what lacks the label.
package struct LabelSelector: Hashable, Sendable {
    /// What is wrong with a selector's text, and where.
    package struct SyntaxError: Error, Hashable {
        package let message: String
        /// Counted from 1, in characters of the selector.
        package let column: Int
    }

    enum Requirement: Hashable, Sendable {
        case isOneOf(key: String, values: Set<String>)
        case isNoneOf(key: String, values: Set<String>)
        case exists(key: String)
        case isAbsent(key: String)
    }

    /// As it was written.
    package let text: String
    private let requirements: [Requirement]

    /// - Throws: `SyntaxError`.
    package init(_ text: String) throws(SyntaxError) {
        var parser = LabelSelectorParser(text)
        self.text = text
        self.requirements = try parser.requirements()
    }

    package func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .isOneOf(let key, let values): labels[key].map(values.contains) ?? false
            case .isNoneOf(let key, let values): labels[key].map { !values.contains($0) } ?? true
            case .exists(let key): labels[key] != nil
            case .isAbsent(let key): labels[key] == nil
            }
        }
    }
}
