package import Definitions
package import Diagnostics
package import JSON

/// The questions of a golden template or an automation, and what was answered so far.
///
/// A value that goes from question to question; whoever asks them decides how.
package struct Form: Sendable {
    package let parameters: [TemplateParameter]
    private let clusters: [String]
    private var answers: [String: ValueSource] = [:]
    /// Those that are left at their default, or unset.
    private var passed: Set<String> = []
    /// What is wrong with the given answers, all of it.
    package private(set) var problems: [Diagnostic] = []
    /// Parameters with a wrong answer: they are not missing.
    private var faulty: Set<String> = []

    /// - Parameters:
    ///   - clusters: the handles of the clusters that there are.
    ///   - given: answers that came with the command.
    package init(_ parameters: [TemplateParameter], clusters: [String], given: [GivenAnswer]) {
        self.parameters = parameters
        self.clusters = clusters
        for answer in given { take(answer) }
        reportNotAsked(given)
    }

    // MARK: What was given

    private mutating func take(_ given: GivenAnswer) {
        let name = given.parameter
        guard let parameter = parameters.first(where: { $0.name.value == name }) else {
            problems.append(.unknownParameter(name, among: parameters.map(\.name.value)))
            return
        }
        guard answers[name] == nil, !faulty.contains(name) else {
            problems.append(.error("`\(name)` is given twice", outcome: .usage))
            return
        }
        do {
            answers[name] = try reader(parameter).read(given.text, isJSON: given.isJSON)
        } catch {
            faulty.insert(name)
            problems.append(.wrongAnswer(given.text, to: parameter, error, shows: true))
        }
    }

    private mutating func reportNotAsked(_ given: [GivenAnswer]) {
        let values = effective
        for parameter in parameters where given.contains(where: { $0.parameter == parameter.name.value }) {
            guard let condition = parameter.condition, !faulty.contains(condition.field.value),
                !parameter.isAsked(with: values)
            else { continue }
            problems.append(.notAsked(parameter, because: condition, values[condition.field.value]?.value))
        }
    }

    // MARK: What is missing

    /// Those that have to be answered and are not.
    package var missing: [TemplateParameter] {
        let values = effective
        return parameters.filter { parameter in
            let name = parameter.name.value
            return parameter.isRequired && answers[name] == nil && !faulty.contains(name)
                && parameter.isAsked(with: values)
                && parameter.condition.map { !faulty.contains($0.field.value) } != false
        }
    }

    /// One error for all that is missing, with what would answer it.
    package var missingProblem: Diagnostic? {
        missing.isEmpty ? nil : .missingAnswers(missing)
    }

    // MARK: Questions

    /// What to ask next; nil when the form is filled in.
    package var nextQuestion: FormQuestion? {
        let values = effective
        return parameters.first { parameter in
            let name = parameter.name.value
            return answers[name] == nil && !passed.contains(name) && parameter.isAsked(with: values)
        }.map { FormQuestion($0, clusters: clusters) }
    }

    /// Takes the answer to the next question; an empty one leaves the default, or what is optional unset.
    ///
    /// - Throws: a `Diagnostic` when it is no answer; the question stays.
    package mutating func reply(_ text: String) throws(Diagnostic) {
        guard let parameter = nextQuestion?.parameter else { return }
        let name = parameter.name.value
        guard !text.isEmpty else {
            guard !parameter.isRequired else { throw .error("`\(name)` has no default; it needs an answer") }
            passed.insert(name)
            return
        }
        do {
            answers[name] = try reader(parameter).read(text, isJSON: false)
        } catch {
            throw .wrongAnswer(text, to: parameter, error, shows: false)
        }
    }

    private func reader(_ parameter: TemplateParameter) -> AnswerReader {
        AnswerReader(parameter: parameter, clusters: clusters)
    }

    // MARK: What comes of it

    /// What was answered, in the order of the form.
    package var answered: [Answer] {
        parameters.compactMap { parameter in
            answers[parameter.name.value].map { Answer(parameter: parameter, value: $0) }
        }
    }

    /// A value for every parameter: its answer, or its default where it is asked for, or null.
    package var context: [String: JSONValue] {
        let values = effective
        return Dictionary(
            uniqueKeysWithValues: parameters.map { parameter in
                (parameter.name.value, values[parameter.name.value]?.value.json(as: parameter.expected) ?? .null)
            })
    }

    /// The same with the new stack's name as `name`, unless a parameter is called so.
    package func context(naming stack: String) -> [String: JSONValue] {
        context.merging(["name": .string(stack)]) { answer, _ in answer }
    }

    /// The answers and, in the order of the form, the defaults of those that are asked for.
    private var effective: [String: Located<ValueSource>] {
        var values: [String: Located<ValueSource>] = [:]
        for answer in answered {
            values[answer.parameter.name.value] = Located(answer.value, at: answer.parameter.name.location)
        }
        for parameter in parameters where values[parameter.name.value] == nil {
            guard let value = parameter.defaultValue, parameter.isAsked(with: values) else { continue }
            values[parameter.name.value] = value.map(ValueSource.literal)
        }
        return values
    }
}

/// An answer and what it answers.
package struct Answer: Sendable {
    package let parameter: TemplateParameter
    package let value: ValueSource
}

extension TemplateParameter {
    /// How a literal of it is read: `1.30` is a version where a text is wanted.
    var expected: ExpectedType {
        switch kind {
        case .integer, .boolean, .json: .any
        case .string, .password, .enumeration, .cluster, .project, .group, .user, .flow: .string
        }
    }
}
