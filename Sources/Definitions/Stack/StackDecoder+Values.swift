import Diagnostics
import SourceTree
import YAML

extension StackDecoder {
    func decodeVariables(_ field: FieldValue?) -> [String: Located<ValueSource>] {
        var variables: [String: Located<ValueSource>] = [:]
        for (name, value) in field?.entries() ?? [] {
            variables[name.value] = ValueSource.decode(variable: value).map { Located($0, at: value.location) }
        }
        return variables
    }

    func decodeEnvironment(_ field: FieldValue?) -> [Located<EnvironmentVariable>] {
        var variables: [Located<EnvironmentVariable>] = []
        for element in field?.elements() ?? [] {
            guard let variable = decodeEnvironmentVariable(element) else { continue }
            if let first = variables.first(where: { $0.value.name == variable.value.name }) {
                problems.error(
                    "the environment variable `\(variable.value.name)` is given twice", at: variable.location,
                    notes: [.init("first given here", at: first.location)])
            }
            variables.append(variable)
        }
        return variables
    }

    private func decodeEnvironmentVariable(_ element: FieldValue) -> Located<EnvironmentVariable>? {
        guard let fields = element.fields() else { return nil }
        let name = fields.requiredField("name").flatMap(ValueSource.environmentVariableName)
        let allowed =
            group == .fleet
            ? ["value", "secretKeyRef", "configMapRef", "fromEnv", "fromFile", "fromCommand"]
            : ["value", "secretKeyRef", "configMapRef"]
        let source = ValueSource.decode(from: fields, allowed: allowed)
        if !fields.hasAny(of: allowed) {
            problems.error(
                "`\(element.path)` has no value: one of \(allowed.quotedList) is needed", at: element.location)
        }
        fields.finish()
        guard let name, let source else { return nil }
        return Located(EnvironmentVariable(name: name.value, source: source), at: name.location)
    }

    func decodeFile(_ element: FieldValue) -> Located<WorkspaceFile>? {
        guard let fields = element.fields() else { return nil }
        let mountPath = fields.requiredField("mountPath").flatMap(decodeMountPath)
        let sources = group == .fleet ? ["secretRef", "fromFile"] : ["secretRef"]
        let chosen = fields.exactlyOne(of: sources)
        if chosen == nil {
            problems.error("`\(element.path)` needs one of \(sources.quotedList)", at: element.location)
        }
        let source: WorkspaceFile.Source? = chosen.flatMap { name, field in
            name == "fromFile"
                ? field.nonEmptyString().map { .file($0.value) } : decodeReference(field).map { .secret(name: $0) }
        }
        fields.finish()
        guard let mountPath, let source else { return nil }
        return Located(WorkspaceFile(mountPath: mountPath.value, source: source), at: element.location)
    }

    private func decodeMountPath(_ field: FieldValue) -> Located<String>? {
        guard let text = field.nonEmptyString(), group == .fleet else { return field.nonEmptyString() }
        guard let path = normalisedPath(text.value), !path.isEmpty else {
            field.mustBe("a path inside the workspace")
            return nil
        }
        return Located(path, at: text.location)
    }

    /// A variable has one value: one that is given twice is an error that names both places.
    func decodeInputs(
        _ field: FieldValue?, beside variables: [String: Located<ValueSource>]
    ) -> [Located<StackInput>] {
        var inputs: [Located<StackInput>] = []
        for element in field?.elements() ?? [] {
            guard let input = decodeInput(element) else { continue }
            let name = input.value.variable
            if let first = inputs.first(where: { $0.value.variable == name }) {
                problems.error(
                    "the variable `\(name)` is given by two inputs", at: input.location,
                    notes: [.init("first given here", at: first.location)], hint: "remove one of the two")
            } else if let value = variables[name] {
                problems.error(
                    "the variable `\(name)` is given by an input and by a value", at: input.location,
                    notes: [.init("the value stands here", at: value.location)], hint: "remove one of the two")
            }
            inputs.append(input)
        }
        return inputs
    }

    private func decodeInput(_ element: FieldValue) -> Located<StackInput>? {
        guard let fields = element.fields() else { return nil }
        let variable = fields.requiredField("variable")?.nonEmptyString()
        let from = fields.requiredField("from")?.fields()
        let stack = from?.requiredField("stack")?.name(.strict)
        let output = from?.requiredField("output")?.nonEmptyString()
        from?.finish()
        let mock = fields.field("mock").map { LiteralValue($0.node, $0.context.schema) }
        fields.finish()
        guard let variable, let stack, let output else { return nil }
        let input = StackInput(variable: variable.value, stack: stack, output: output.value, mock: mock)
        return Located(input, at: variable.location)
    }

    func decodeBackend(_ field: FieldValue?, manageState: Bool) -> BackendDefinition? {
        guard let field, let fields = field.fields() else { return nil }
        if manageState {
            problems.error(
                "`spec.backend` is used only where `stack` does not keep the state", at: field.keyLocation,
                hint: "add `manageState: false`")
        }
        let type = fields.requiredField("type")?.nonEmptyString()
        let entries = fields.field("config")?.entries() ?? []
        fields.finish()
        let configuration = entries.map { ($0.key.value, LiteralValue($0.value.node, $0.value.context.schema)) }
        return type.map { BackendDefinition(type: $0.value, configuration: Dictionary(configuration) { $1 }) }
    }
}
