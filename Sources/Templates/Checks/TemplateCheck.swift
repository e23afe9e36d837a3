package import Definitions
package import Diagnostics
import Liquid
import ModuleInterface
package import SourceTree

/// Everything that is wrong with a template, whatever a stack says: between its form and its module, in its scaffold and
/// in its tests.
package func checkTemplate(_ template: TemplateDefinition, tree: any SourceTree) -> [Diagnostic] {
    checkModule(of: template, tree).map { $0.withExcerpt(from: tree) } + checkFiles(of: template, tree: tree)
}

/// What is wrong in a template's scaffold and in its tests.
package func checkFiles(of template: TemplateDefinition, tree: any SourceTree) -> [Diagnostic] {
    (checkScaffold(of: template, tree) + checkTests(of: template, tree)).map { $0.withExcerpt(from: tree) }
}

private func checkModule(of template: TemplateDefinition, _ tree: any SourceTree) -> [Diagnostic] {
    do throws(DiagnosticList) {
        let closure = try localModuleClosure(root: template.folder, in: tree)
        guard let module = closure[template.folder] else { return [] }
        return checkForm(of: template, module: module) + checkCoverage(of: template, module: module)
    } catch {
        return error.diagnostics
    }
}

/// The syntax of its Liquid; what is in it is known once the form has been answered.
private func checkScaffold(of template: TemplateDefinition, _ tree: any SourceTree) -> [Diagnostic] {
    template.scaffold.flatMap { file -> [Diagnostic] in
        let path = childPath(template.folder, file.value.source)
        // One that is missing, or no text, is told where the project is loaded, or where it is used.
        guard let text = (try? tree.contents(of: path)).flatMap({ String(validating: $0, as: UTF8.self) }) else {
            return []
        }
        let destination = file.value.destination
        return problems { _ = try LiquidTemplate(parsing: destination.value, at: destination.location) }
            + problems { _ = try LiquidTemplate(parsing: text, file: path) }
    }
}

private func checkTests(of template: TemplateDefinition, _ tree: any SourceTree) -> [Diagnostic] {
    problems { _ = try template.tests(in: tree) }
}

private func problems(_ work: () throws -> Void) -> [Diagnostic] {
    do {
        try work()
        return []
    } catch let list as DiagnosticList {
        return list.diagnostics
    } catch {
        return [(error as? Diagnostic) ?? .error("\(error)")]
    }
}
