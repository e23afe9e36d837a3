import Diagnostics
import FoundationEssentials
import JSON

extension TemplateParameter {
    /// What a value has to be, or nil when it is.
    package func problem(with value: LiteralValue) -> (expected: String, hint: String?)? {
        if case .scalar(.null, _) = value { return optional || defaultValue != nil ? nil : ("a value", nil) }
        switch kind {
        case .json: return nil
        case .integer: return isWholeNumber(value) ? nil : ("a whole number", nil)
        case .boolean: return value.json().boolValue != nil ? nil : ("`true` or `false`", nil)
        case .enumeration:
            guard let text = value.text, values.contains(text) else {
                let near = value.text.flatMap { suggestion(for: $0, among: values) }
                return ("one of \(values.quotedList)", near.map { "did you mean `\($0)`?" })
            }
        case .string, .password, .cluster, .project, .group, .user, .flow:
            guard value.text != nil else { return ("text", nil) }
        }
        return validationProblem(with: value).map { ($0, nil) }
    }

    private func isWholeNumber(_ value: LiteralValue) -> Bool {
        guard let number = value.json().numberValue else { return false }
        return Int(number.description) != nil
    }

    private func validationProblem(with value: LiteralValue) -> String? {
        guard let validation, let text = value.text else { return nil }
        if validation.json, (try? JSONValue(parsing: Data(text.utf8))) == nil { return "JSON" }
        // A pattern that is none was reported where the template was read.
        if let pattern = validation.regex, let regex = try? Regex(pattern), !text.contains(regex) {
            return "text that matches `\(pattern)`"
        }
        return nil
    }
}

extension TemplateDefinition {
    /// Checks a stack's variables against the form, and reports what is missing where the stack names the template. What a
    /// stack takes from another one is not missing.
    func check(_ stack: StackDefinition, _ problems: ProblemCollector) {
        let inputs = Set(stack.inputs.map(\.value.variable))
        let effective = variables(with: stack.variables, inputs: inputs)
        for parameter in parameters {
            let name = parameter.name.value
            switch stack.variables[name] {
            case nil:
                guard parameter.isRequired, !inputs.contains(name),
                    parameter.isAsked(with: effective, inputs: inputs)
                else { continue }
                problems.error(
                    "the template `\(self.name.value)` needs the variable `\(name)`, "
                        + "which `\(stack.name.value)` does not set",
                    at: stack.source.location, notes: [.init("declared here", at: parameter.name.location)],
                    hint: "add `\(name)` to `spec.variables`\(parameter.documentation.map { ": \($0)" } ?? "")")
            case .some(let variable):
                guard case .literal(let value) = variable.value else { continue }
                parameter.check(value, at: variable.location, problems)
            }
        }
    }
}

extension TemplateParameter {
    fileprivate func check(_ value: LiteralValue, at location: SourceLocation, _ problems: ProblemCollector) {
        let shown = kind == .password ? nil : value.text
        if let problem = problem(with: value) {
            problems.error(
                "`\(name.value)` must be \(problem.expected)" + (shown.map { ", not `\($0)`" } ?? ""), at: location,
                notes: [.init("the template's parameter is declared here", at: name.location)], hint: problem.hint)
        } else if kind == .password, value.text != nil {
            problems.warning(
                "`\(name.value)` is a password and stands here in clear text", at: location,
                hint: "take it from elsewhere with `{fromEnv: NAME}`, `{fromFile: PATH}` or `{fromCommand: [...]}`")
        }
    }
}
