import Definitions
import Diagnostics
import JSON
import SourceTree
import Templates

/// What `stack new` makes files from: a golden template, or an automation of Plural's.
enum Blueprint {
    case template(TemplateDefinition, TemplateReference.Wanted)
    case automation(AutomationDefinition)

    var parameters: [TemplateParameter] {
        switch self {
        case .template(let template, _): template.parameters
        case .automation(let automation): automation.parameters
        }
    }

    /// - Parameter name: the new stack's.
    /// - Throws: a `Diagnostic` or a `DiagnosticList` when the files cannot be made of the answers.
    func files(
        _ form: Form, name: String, in project: Project, over tree: any SourceTree
    ) throws -> ProposedFiles {
        switch self {
        case .template(let template, let wanted):
            try StackScaffold(of: template, wanted: wanted, name: name).files(form, in: project, over: tree)
        case .automation(let automation):
            try propose(automation, context: form.context(naming: name), over: tree)
        }
    }

    /// What a commit of the files says.
    func text(_ form: Form, name: String) throws -> (title: String, body: String?) {
        switch self {
        case .template(let template, _):
            return ("Add the stack \(name)", "From the template \(template.name.value) \(template.version).")
        case .automation(let automation):
            let text = try AutomationText(automation, context: form.context(naming: name))
            return (text.title ?? "Add the stack \(name)", text.message)
        }
    }
}
