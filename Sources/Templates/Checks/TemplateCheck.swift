package import Definitions
package import Diagnostics
import ModuleInterface
package import SourceTree

/// Everything that is wrong between a template and its module, whatever a stack says.
package func checkTemplate(_ template: TemplateDefinition, tree: any SourceTree) -> [Diagnostic] {
    do throws(DiagnosticList) {
        let closure = try localModuleClosure(root: template.folder, in: tree)
        guard let module = closure[template.folder] else { return [] }
        return checkForm(of: template, module: module) + checkCoverage(of: template, module: module)
    } catch {
        return error.diagnostics
    }
}
