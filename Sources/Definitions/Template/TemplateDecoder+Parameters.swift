import Diagnostics
import FoundationEssentials
import JSON
import YAML

extension TemplateDecoder {
    func decodeParameters(_ field: FieldValue?) -> [TemplateParameter] {
        var parameters: [TemplateParameter] = []
        for element in field?.elements() ?? [] {
            guard let fields = element.fields(), let parameter = decodeParameter(fields) else { continue }
            if let first = parameters.first(where: { $0.name.value == parameter.name.value }) {
                problems.error(
                    "the parameter `\(parameter.name.value)` is declared twice", at: parameter.name.location,
                    notes: [.init("first declared here", at: first.name.location)])
            } else {
                parameters.append(parameter)
            }
        }
        checkConditions(of: parameters)
        return parameters
    }

    private func decodeParameter(_ fields: MappingReader) -> TemplateParameter? {
        let name = fields.requiredField("name")?.nonEmptyString()
        let kind = fields.requiredField("type")?.choice(TemplateParameter.Kind.self)
        let defaultValue = fields.field("default").map {
            Located(literal($0, of: kind), at: $0.location)
        }
        let values = decodeValues(fields, of: kind)
        let validation = fields.field("validation")?.fields().map(decodeValidation)
        let condition = fields.field("condition")?.fields().flatMap(decodeCondition)
        let optional = fields.field("optional")?.boolean() ?? false
        let documentation = fields.field("documentation")?.string()?.value
        let displayName = fields.field("displayName")?.string()?.value
        let placeholder = fields.field("placeholder")?.string()?.value
        noteFormFields(fields)
        fields.finish()
        guard let name, let kind else { return nil }
        let parameter = TemplateParameter(
            name: name, kind: kind, defaultValue: defaultValue, values: values, validation: validation,
            condition: condition, optional: optional, documentation: documentation, displayName: displayName,
            placeholder: placeholder)
        if let value = defaultValue, let problem = parameter.problem(with: value.value) {
            problems.error(
                "the default of `\(name.value)` must be \(problem.expected)", at: value.location, hint: problem.hint)
        }
        return parameter
    }

    /// A default; Plural writes those of every type as text, so there `"3"` is a number where one is wanted.
    private func literal(_ field: FieldValue, of kind: TemplateParameter.Kind?) -> LiteralValue {
        let value = LiteralValue(field.node, field.context.schema)
        guard document.group == .plural, kind == .integer || kind == .boolean, let scalar = field.node.scalar,
            let typed = try? JSONValue(parsing: Data(scalar.text.utf8))
        else { return value }
        return .scalar(typed, text: scalar.text)
    }

    /// What only a page in a browser can show.
    private func noteFormFields(_ fields: MappingReader) {
        let reasons = [
            "page": "the questions are asked one after another", "longform": "`documentation` is what is shown",
        ]
        for (name, reason) in reasons.sorted(by: { $0.key < $1.key }) {
            guard let field = fields.field(name) else { continue }
            problems.hasNoEffect("`\(name)` of a parameter", because: reason, at: field.keyLocation)
        }
    }

    private func decodeValues(_ fields: MappingReader, of kind: TemplateParameter.Kind?) -> [String] {
        let field = fields.field("values")
        let values = field?.strings()?.map(\.value) ?? []
        switch kind {
        case .enumeration where field == nil || field?.node.sequence?.isEmpty == true:
            problems.error("an `ENUM` needs `values`", at: fields.location)
        case .some(let kind) where kind != .enumeration:
            if let field {
                problems.error("only an `ENUM` has `values`; this is `\(kind.rawValue)`", at: field.keyLocation)
            }
        default: break
        }
        return values
    }

    private func decodeValidation(_ fields: MappingReader) -> TemplateParameter.Validation {
        let pattern = fields.field("regex").flatMap(decodePattern)
        let json = fields.field("json")?.boolean() ?? false
        if let unique = fields.field("uniqBy") {
            problems.hasNoEffect(
                "`uniqBy` of a parameter", because: "Plural's server knows what was given before",
                at: unique.keyLocation)
        }
        fields.finish()
        return TemplateParameter.Validation(regex: pattern, json: json)
    }

    private func decodePattern(_ field: FieldValue) -> String? {
        guard let text = field.nonEmptyString() else { return nil }
        do {
            _ = try Regex(text.value)
            return text.value
        } catch {
            problems.error("`\(text.value)` is no regular expression: \(error)", at: field.location)
            return nil
        }
    }

    private func decodeCondition(_ fields: MappingReader) -> TemplateParameter.Condition? {
        let field = fields.requiredField("field")?.nonEmptyString()
        let operation = fields.requiredField("operation")?.choice(TemplateParameter.Condition.Operation.self)
        let value = fields.requiredField("value").map { LiteralValue($0.node, $0.context.schema) }
        fields.finish()
        guard let field, let operation, let value else { return nil }
        return TemplateParameter.Condition(field: field, operation: operation, value: value)
    }

    private func checkConditions(of parameters: [TemplateParameter]) {
        let names = parameters.map(\.name.value)
        for parameter in parameters {
            guard let field = parameter.condition?.field, !names.contains(field.value) else { continue }
            problems.error(
                "the condition of `\(parameter.name.value)` asks for `\(field.value)`, which is no parameter",
                at: field.location, hint: suggestion(for: field.value, among: names).map { "did you mean `\($0)`?" })
        }
    }
}
