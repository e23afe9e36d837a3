package import Definitions
package import Diagnostics
package import ModuleInterface
package import SourceTree

/// Finds the module that a stack names and reads what it declares.
///
/// - Throws: a `DiagnosticList` for mistakes in the module's files, a `Diagnostic` for a source that is not there.
package func resolveModule(
    of stack: StackDefinition, in project: Project, tree: any SourceTree
) throws -> ModuleSource {
    let (folder, template) = try sourceFolder(of: stack, in: project)
    let workingFolder = try workingFolder(of: stack, in: folder)
    let closure = try closure(of: workingFolder, reachedFrom: stack.source.location, in: tree)
    guard let interface = closure[workingFolder] else {
        throw Diagnostic.error("the module in `\(workingFolder)` cannot be read", at: stack.source.location)
    }
    return ModuleSource(
        tree: tree, folder: folder, workingFolder: workingFolder, closure: closure,
        template: template.map { ResolvedTemplate(name: $0.name.value, version: $0.version.description) },
        interface: interface)
}

/// What the content of a stack's template is known by, `sha256:…`; nil for a stack without one. Of one that was fetched it
/// has been read when the project was loaded.
///
/// - Throws: a `Diagnostic` when the template's files cannot be read.
package func templateDigest(
    of stack: StackDefinition, in project: Project, tree: any SourceTree
) throws -> String? {
    guard let template = project.template(of: stack) else { return nil }
    return try template.origin?.digest ?? TemplateContent(of: template.folder, in: tree).digest
}

/// The variables that a stack gives its module by itself: the template's defaults, its parameters' defaults, the stack's
/// own. What it takes from other stacks is not among them.
package func assignedVariables(of stack: StackDefinition, in project: Project) -> [String: Located<ValueSource>] {
    let inputs = Set(stack.inputs.map(\.value.variable))
    return project.template(of: stack)?.variables(with: stack.variables, inputs: inputs) ?? stack.variables
}

/// Every value of a stack with the place that it comes from: those of its merged definition, then, by name, the variables
/// that only its template sets.
package func explainedValues(of stack: StackDefinition, in project: Project) -> [ExplainedValue] {
    let added = assignedVariables(of: stack, in: project).filter { stack.variables[$0.key] == nil }
    return stack.values
        + added.sorted { $0.key < $1.key }.compactMap { name, source in
            source.value.literal.map {
                ExplainedValue(path: "spec.variables.\(name)", value: $0, location: source.location)
            }
        }
}

/// What is wrong between a stack's variables and inputs, the form of its template and what its module declares. In Plural's group a
/// variable too many is a warning, as Plural's own published stacks have some.
package func checkVariables(
    of stack: StackDefinition, in project: Project, assigned: [String: Located<ValueSource>], module: ModuleInterface
) -> [Diagnostic] {
    let template = project.template(of: stack)
    let form = template.map { checkForm(of: $0, module: module) } ?? []
    // What the form itself names is told there.
    let names = Set((template?.parameters.map(\.name.value) ?? []) + (template.map { Array($0.defaults.keys) } ?? []))
    let given = (assigned.map { Located($0.key, at: $0.value.location) } + stack.inputs.map { $0.map(\.variable) })
        .filter { module.variables[$0.value] != nil || !names.contains($0.value) }
        .sorted { $0.location < $1.location }
    return form
        + module.check(
            variables: given, stack: stack.name.location, undeclared: stack.group == .plural ? .warning : .error)
}

/// A folder that is no module is a mistake of whoever names it.
private func closure(
    of folder: String, reachedFrom location: SourceLocation, in tree: any SourceTree
) throws(DiagnosticList) -> [String: ModuleInterface] {
    do throws(DiagnosticList) {
        return try localModuleClosure(root: folder, in: tree)
    } catch {
        throw DiagnosticList(error.diagnostics.map { $0.reached(from: location) })
    }
}

private func sourceFolder(
    of stack: StackDefinition, in project: Project
) throws -> (folder: String, template: TemplateDefinition?) {
    switch stack.source.value {
    case .template(let reference):
        guard let template = project.template(for: reference) else {
            throw Diagnostic.error("the template `\(reference)` is not here", at: stack.source.location)
        }
        return (template.folder, template)
    case .path(let path): return (normalisedPath(path) ?? path, nil)
    case .git:
        throw Diagnostic.error(
            "the source of `\(stack.name.value)` is a git repository, which this version does not fetch",
            at: stack.source.location, hint: "Use `path` or `template`", outcome: .refused)
    }
}

private func workingFolder(of stack: StackDefinition, in folder: String) throws -> String {
    guard let workdir = stack.workdir else { return folder }
    guard let path = normalisedPath(folder.isEmpty ? workdir : "\(folder)/\(workdir)"), isInside(path, folder) else {
        throw Diagnostic.error(
            "the workdir `\(workdir)` of `\(stack.name.value)` lies outside its source `\(folder)`",
            at: stack.name.location, hint: "Name a higher `path`")
    }
    return path
}
