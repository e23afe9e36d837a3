package import Definitions
package import Diagnostics
package import SourceTree
import YAML

/// Values that are set in a stack's own document, all of them or none; every other byte of its file stays.
package struct StackEdit: Sendable {
    package let files: ProposedFiles
    /// What comes from a file that the stack extends, and is overridden.
    package let notes: [Diagnostic]

    /// - Throws: a `Diagnostic`, or a `DiagnosticList`, for what cannot be set.
    package init(
        _ assignments: [Assignment], to stack: StackDefinition, in project: Project, over tree: any SourceTree
    ) throws {
        var editor = try StackEditor(stack: stack, project: project, tree: tree)
        for assignment in assignments { try editor.set(assignment) }
        var files = ProposedFiles(over: tree)
        try files.change(stack.file, to: editor.edit.data)
        self.files = files
        self.notes = editor.notes
    }
}

private struct StackEditor {
    let stack: StackDefinition
    private let template: TemplateDefinition?
    private let module: ModuleSource?
    private let document: Int
    private(set) var edit: YAMLEdit
    private(set) var notes: [Diagnostic] = []
    private var paths: Set<[YAMLPathStep]> = []

    init(stack: StackDefinition, project: Project, tree: any SourceTree) throws {
        self.stack = stack
        template = project.template(of: stack)
        // A module that cannot be read says nothing of types; the project's check says what is wrong with it.
        var modules = ModuleCache(tree: tree)
        module = try? modules.source(of: stack, in: project)
        let edit = try YAMLEdit(try tree.contents(of: stack.file), file: stack.file)
        let number = edit.roots.firstIndex { root in
            [["spec", "name"], ["metadata", "name"]].contains { root.value(at: $0)?.location == stack.name.location }
        }
        guard let number else { throw Diagnostic.changedMeanwhile(stack.file) }
        (self.edit, document) = (edit, number)
    }

    mutating func set(_ assignment: Assignment) throws(Diagnostic) {
        let path = assignment.path
        guard paths.insert(path).inserted else { throw .isSetTwice(path.text) }
        let present = edit.roots[document].value(at: path)
        if present == nil { try noteBase(of: path) }
        let wanted = WantedType(of: path, template: template, module: module?.interface)
        let value = AssignedValue(assignment: assignment, wanted: wanted, present: present, group: stack.group)
        try edit.set(path, to: try value.content(), inDocument: document)
    }

    /// A base's values can be overridden one by one, but a list only as a whole.
    private mutating func noteBase(of path: [YAMLPathStep]) throws(Diagnostic) {
        let lists = path.indices.filter { if case .index = path[$0] { true } else { false } }
        for end in lists where edit.roots[document].value(at: path[..<end]) == nil {
            let list = Array(path[..<end]).text
            guard let base = inherited(list) else { continue }
            throw .isListOfBase(list, at: base.location, overriddenIn: stack.file)
        }
        if let base = inherited(path.text) {
            notes.append(.overrides(path.text, of: base.location, in: stack.file))
        }
    }

    private func inherited(_ path: String) -> ExplainedValue? {
        stack.values.first { $0.path == path || $0.path.hasPrefix(path + ".") || $0.path.hasPrefix(path + "[") }
    }
}

extension Diagnostic {
    fileprivate static func changedMeanwhile(_ file: String) -> Diagnostic {
        .error("`\(file)` was changed meanwhile; nothing was written", hint: "run the command again")
    }

    fileprivate static func isSetTwice(_ path: String) -> Diagnostic {
        .error("`\(path)` is set twice", outcome: .usage)
    }

    fileprivate static func isListOfBase(
        _ path: String, at location: SourceLocation, overriddenIn file: String
    ) -> Diagnostic {
        .error(
            "`\(path)` is a list of a base: `\(file)` can only override it as a whole", at: location,
            hint: "give the whole list: `\(path)=[…]`", outcome: .usage)
    }

    fileprivate static func overrides(_ path: String, of base: SourceLocation, in file: String) -> Diagnostic {
        Diagnostic(.note, "`\(path)` comes from a base; `\(file)` overrides it", at: base)
    }
}
