package import Definitions
package import Diagnostics
package import SourceTree

/// Every stack's variables and inputs against what the modules declare; a module that many stacks use is read once.
///
/// - Parameter stacks: those that are understood themselves.
package func checkModules(
    of stacks: [StackDefinition], in loaded: LoadedProject, tree: any SourceTree
) -> [Diagnostic] {
    var modules = ModuleCache(tree: tree)
    return stacks.flatMap { stack -> [Diagnostic] in
        do {
            guard let source = try modules.source(of: stack, in: loaded.project) else { return [] }
            let found =
                checkVariables(
                    of: stack, in: loaded.project, assigned: assignedVariables(of: stack, in: loaded.project),
                    module: source.interface)
                + checkInputs(of: stack, in: loaded.project, &modules)
            return found.map(loaded.withExcerpt)
        } catch let problems as DiagnosticList {
            return problems.diagnostics.map { $0.withExcerpt(from: tree) }
        } catch {
            return [((error as? Diagnostic) ?? .error("\(error)")).withExcerpt(from: tree)]
        }
    }
}

extension LoadedProject {
    /// The diagnostic with the text of its line.
    package func withExcerpt(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        diagnostic.excerpt = diagnostic.excerpt ?? diagnostic.location.flatMap { excerpt(at: $0) }
        return diagnostic
    }
}
