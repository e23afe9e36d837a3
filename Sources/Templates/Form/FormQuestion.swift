package import Definitions
package import Diagnostics

/// One parameter as it is asked on a terminal.
package struct FormQuestion: Sendable {
    package let parameter: TemplateParameter
    private let clusters: [String]

    init(_ parameter: TemplateParameter, clusters: [String]) {
        self.parameter = parameter
        self.clusters = clusters
    }

    /// What it is about and what can be answered.
    package var introduction: [StyledLine] {
        var title = [StyledSpan(parameter.displayName ?? parameter.name.value, .strong)]
        if let documentation = parameter.documentation { title.append(StyledSpan(": " + oneLine(documentation))) }
        return [StyledLine(title)] + (choices.map { [StyledLine("  \($0)", .faint)] } ?? [])
    }

    /// `node_count [3]:`
    package var prompt: String {
        let fallback =
            if let value = parameter.defaultValue?.value {
                parameter.kind == .password ? " [the template's]" : " [\(value.json(as: parameter.expected).shown)]"
            } else if parameter.optional {
                " (optional)"
            } else {
                ""
            }
        return "\(parameter.name.value)\(fallback):"
    }

    private var choices: String? {
        switch parameter.kind {
        case .enumeration: "one of \(parameter.values.joined(separator: ", "))"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .json: "JSON"
        case .password: "where a run finds it: fromEnv:NAME or fromFile:PATH"
        case .cluster: clusters.isEmpty ? "a cluster; there is none yet" : "one of \(clusters.joined(separator: ", "))"
        case .string, .project, .group, .user, .flow: parameter.placeholder.map { "for example \($0)" }
        }
    }
}

/// A text of several lines as one.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}
