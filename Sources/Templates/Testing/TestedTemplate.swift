package import Definitions
import Diagnostics
import FoundationEssentials
package import JSON
import ModuleInterface
package import SourceTree

/// What a golden test makes of its template, in a project that has nothing else in it.
package struct TestedTemplate: Sendable {
    package struct Stack: Sendable {
        package let name: String
        package let source: ModuleSource
        /// A value that only a run could know is a placeholder.
        package let variables: [String: JSONValue]
    }

    /// The files of the scaffold.
    package let files: [FileChange]
    /// The stacks in them that use the template, by name.
    package let stacks: [Stack]

    /// - Throws: a `DiagnosticList` or `Diagnostic` with what is wrong in the answers or the files made of them.
    package init(_ test: TemplateTest, of template: TemplateDefinition, in tree: any SourceTree) throws {
        // Where it stands in its project, so that what is wrong is told there.
        let place = isInside(template.folder, "templates") ? template.folder : "templates/\(template.name.value)"
        let alone = MountedTree(Subtree(), with: Subtree(of: tree, at: template.folder), at: place)
        let loaded = loadProject(alone)
        let copy = try readTemplate(in: place, of: alone)
        let form = Form(
            copy.parameters, clusters: [], given: test.answers.sorted { $0.key < $1.key }.map(GivenAnswer.init))
        let problems = form.problems + (form.missingProblem.map { [$0] } ?? [])
        guard problems.isEmpty else { throw DiagnosticList(problems.map { $0.reached(from: test.name.location) }) }
        let proposed = try StackScaffold(of: copy, wanted: .newest, name: test.stack)
            .files(form, in: loaded.project, over: alone)
        let check = ProposalCheck(proposed, of: loaded)
        guard check.caused.isEmpty else { throw DiagnosticList(check.caused) }
        let project = check.proposed.project
        files = proposed.changes
        stacks = try project.stacks.filter { project.template(of: $0)?.name.value == template.name.value }.map {
            stack in
            let source = try resolveModule(of: stack, in: project, tree: proposed.tree)
            return Stack(
                name: stack.name.value, source: source,
                variables: Self.values(assignedVariables(of: stack, in: project), source.interface))
        }
    }

    private static func values(
        _ assigned: [String: Located<ValueSource>], _ module: ModuleInterface
    ) -> [String: JSONValue] {
        var values: [String: JSONValue] = [:]
        for (name, source) in assigned {
            guard let variable = module.variables[name] else { continue }
            values[name] = source.value.literal?.json(as: variable.type.expected) ?? "placeholder"
        }
        return values
    }
}

extension GivenAnswer {
    /// An answer as a test writes it: text where it is one, else JSON.
    fileprivate init(_ name: String, _ value: LiteralValue) {
        if let text = value.text {
            self.init(name, text)
        } else {
            self.init(name, value.json().text, isJSON: true)
        }
    }
}
