import Definitions
import Diagnostics
import FoundationEssentials
import JSON

/// What an answer has to be, and is not.
struct AnswerProblem: Error {
    let expected: String
    var hint: String?
}

/// Turns a text that a person gave into the value of a parameter.
struct AnswerReader {
    let parameter: TemplateParameter
    /// The handles of the clusters that there are.
    let clusters: [String]

    /// - Parameter isJSON: a mapping like `{"fromEnv": "NAME"}` says where the value comes from, as it does in a
    ///   definition.
    func read(_ text: String, isJSON: Bool) throws(AnswerProblem) -> ValueSource {
        if isJSON, let source = ValueSource(json: try json(text)) { return source }
        if parameter.kind == .password { return try password(text) }
        let value = isJSON ? LiteralValue(try json(text)) : try typed(text)
        if let problem = parameter.problem(with: value) {
            throw AnswerProblem(expected: problem.expected, hint: problem.hint)
        }
        if let name = value.text, let problem = nameProblem(with: name) { throw problem }
        return .literal(value)
    }

    private func typed(_ text: String) throws(AnswerProblem) -> LiteralValue {
        switch parameter.kind {
        case .json: return LiteralValue(try json(text))
        case .integer:
            guard let number = Int(text) else { throw AnswerProblem(expected: "a whole number") }
            return .scalar(.number(Decimal(number)), text: String(number))
        case .boolean:
            guard let value = Bool(text) else { throw AnswerProblem(expected: "`true` or `false`") }
            return .scalar(.bool(value), text: text)
        case .string, .password, .enumeration, .cluster, .project, .group, .user, .flow:
            return .scalar(.string(text), text: text)
        }
    }

    private func json(_ text: String) throws(AnswerProblem) -> JSONValue {
        guard let value = try? JSONValue(parsing: Data(text.utf8)) else {
            throw AnswerProblem(expected: "JSON", hint: #"lists look like `["a", "b"]`, texts stand in quotes: `"a"`"#)
        }
        return value
    }

    /// A password itself would stand in a file that is committed, and before that in the shell's history: the answer says
    /// where a run finds it.
    private func password(_ text: String) throws(AnswerProblem) -> ValueSource {
        let problem = AnswerProblem(
            expected: "`fromEnv:NAME` or `fromFile:PATH`: where a run finds the password",
            hint: "a password itself is never taken: it would be written to a file in clear text")
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { throw problem }
        let place = String(text[text.utf8.index(after: colon)...])
        let source = ValueSource(json: .object([String(text[..<colon]): .string(place)]))
        guard let source, !place.isEmpty else { throw problem }
        return source
    }

    private func nameProblem(with name: String) -> AnswerProblem? {
        switch parameter.kind {
        case .cluster:
            guard !clusters.contains(name) else { return nil }
            let near = suggestion(for: name, among: clusters).map { "did you mean `\($0)`?" }
            return AnswerProblem(
                expected: "the handle of a cluster of this project",
                hint: near ?? (clusters.isEmpty ? "there is none yet" : "there are \(clusters.quotedList)"))
        case .project, .group, .user, .flow:
            return NameRule.free.problem(with: name).map { AnswerProblem(expected: $0) }
        case .string, .integer, .boolean, .json, .password, .enumeration: return nil
        }
    }
}
