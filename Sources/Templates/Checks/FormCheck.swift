package import Definitions
package import Diagnostics
package import ModuleInterface

/// What is wrong between a template's form and the module that it stands in front of: a parameter or a default that no
/// variable takes, an output or a variable that is not there.
package func checkForm(of template: TemplateDefinition, module: ModuleInterface) -> [Diagnostic] {
    let variables = module.variables.keys.sorted()
    let outputs = module.outputs.keys.sorted()
    let names =
        template.parameters.map { ("the parameter", $0.name) }
        + template.defaults.sorted { $0.key < $1.key }.map {
            ("the default of", Located($0.key, at: $0.value.location))
        }
    let unknown = names.filter { module.variables[$0.1.value] == nil }.map { subject, name in
        missing("\(subject) `\(name.value)` has no variable in the module", name.value, among: variables, name.location)
    }
    let upgrade = [template.upgrade?.controlPlaneVariable, template.upgrade?.nodesVariable].compactMap { $0 }
        .filter { module.variables[$0] == nil }
        .map {
            missing(
                "`spec.upgrade` names the variable `\($0)`, which the module does not have", $0, among: variables,
                template.name.location)
        }
    let cluster = (template.cluster?.outputs ?? [:]).sorted { $0.key < $1.key }
        .filter { module.outputs[$0.value] == nil }
        .map { field, output in
            missing(
                "`spec.cluster.outputs.\(field)` names the output `\(output)`, which the module does not have", output,
                among: outputs, template.name.location)
        }
    return unknown + upgrade + cluster
}

/// What no stack could set right: variables without a default that the form does not ask for, or leaves open.
package func checkCoverage(of template: TemplateDefinition, module: ModuleInterface) -> [Diagnostic] {
    module.requiredVariables.filter { !module.presetVariables.contains($0.name) }.compactMap { variable in
        guard let parameter = template.parameters.first(where: { $0.name.value == variable.name }) else {
            guard template.defaults[variable.name] == nil else { return nil }
            return .error(
                "the variable `\(variable.name)` has no default, and no parameter asks for it",
                at: template.name.location, notes: [.init("declared here", at: variable.location)],
                hint: "add a parameter, a default below `spec.defaults`, or a default to the variable")
        }
        guard !parameter.isRequired, parameter.defaultValue == nil || parameter.condition != nil else { return nil }
        return .error(
            "the parameter `\(variable.name)` may be left out, but its variable has no default",
            at: parameter.name.location, notes: [.init("declared here", at: variable.location)],
            hint: "give the variable a default, such as `null`")
    }
}

private func missing(
    _ message: String, _ name: String, among names: [String], _ location: SourceLocation
) -> Diagnostic {
    .error(
        message, at: location,
        hint: suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
            ?? (names.isEmpty
                ? "it has none" : "it has \(names.map { "`\($0)`" }.joined(separator: ", "))"))
}
