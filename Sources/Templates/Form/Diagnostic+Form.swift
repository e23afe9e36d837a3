import Definitions
import Diagnostics
import JSON

extension Diagnostic {
    static func unknownParameter(_ name: String, among names: [String]) -> Diagnostic {
        let near = suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
        return .error(
            "there is no parameter `\(name)`",
            hint: near ?? (names.isEmpty ? "the template has none" : "there are \(names.quotedList)"), outcome: .usage)
    }

    /// - Parameter shows: whether to show what was given and where the parameter is declared; who has just typed it knows.
    static func wrongAnswer(
        _ text: String, to parameter: TemplateParameter, _ problem: AnswerProblem, shows: Bool
    ) -> Diagnostic {
        // What was given for a password may be one.
        let given = shows && parameter.kind != .password ? ", not `\(text)`" : ""
        return .error(
            "`\(parameter.name.value)` must be \(problem.expected)\(given)",
            notes: shows ? [.init("the parameter is declared here", at: parameter.name.location)] : [],
            hint: problem.hint, outcome: .usage)
    }

    static func notAsked(
        _ parameter: TemplateParameter, because condition: TemplateParameter.Condition, _ value: ValueSource?
    ) -> Diagnostic {
        let field = condition.field.value
        let actual = value?.literal.map { "is `\($0.json().shown)`" } ?? "is not set"
        return .error(
            "`\(parameter.name.value)` is only asked for when `\(field)` \(condition.words); `\(field)` \(actual)",
            notes: [.init("the condition stands here", at: condition.field.location)],
            hint: "leave `\(parameter.name.value)` out, or change `\(field)`", outcome: .usage)
    }

    static func missingAnswers(_ parameters: [TemplateParameter]) -> Diagnostic {
        .error(
            "\(parameters.map(\.name.value).quotedList) \(parameters.count == 1 ? "is" : "are") missing",
            notes: parameters.map { parameter in
                .init(
                    "`\(parameter.name.value)`" + (parameter.documentation.map { ": \(oneLine($0))" } ?? ""),
                    at: parameter.name.location)
            },
            hint: "give " + parameters.map { "`--set \($0.name.value)=\($0.sample)`" }.joined(separator: " "),
            outcome: .usage)
    }
}

extension JSONValue {
    /// A text as it is, everything else as JSON.
    var shown: String { stringValue ?? text }
}

extension TemplateParameter {
    /// What stands for a value in a hint.
    fileprivate var sample: String {
        switch kind {
        case .string: "TEXT"
        case .integer: "NUMBER"
        case .boolean: "true|false"
        case .json: "JSON"
        case .password: "fromEnv:NAME"
        case .enumeration: values.joined(separator: "|")
        case .cluster: "HANDLE"
        case .project, .group, .user, .flow: "NAME"
        }
    }
}

extension TemplateParameter.Condition {
    /// `is `aws``, `is not less than 3`.
    fileprivate var words: String {
        let wanted = "`\(value.json().shown)`"
        return switch operation {
        case .equal: "is \(wanted)"
        case .not: "is not \(wanted)"
        case .greater: "is greater than \(wanted)"
        case .less: "is less than \(wanted)"
        case .greaterOrEqual: "is at least \(wanted)"
        case .lessOrEqual: "is at most \(wanted)"
        case .prefix: "begins with \(wanted)"
        case .suffix: "ends with \(wanted)"
        }
    }
}
