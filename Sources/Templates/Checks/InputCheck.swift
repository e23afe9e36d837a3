package import Definitions
package import Diagnostics
import ModuleInterface
package import SourceTree

/// The outputs that a stack takes against what the modules of the other stacks declare.
///
/// Nothing is said where another stack's module is not here or cannot be read: that is told of the other stack.
package func checkInputs(of stack: StackDefinition, in project: Project, tree: any SourceTree) -> [Diagnostic] {
    var modules = ModuleCache(tree: tree)
    return checkInputs(of: stack, in: project, &modules)
}

func checkInputs(of stack: StackDefinition, in project: Project, _ modules: inout ModuleCache) -> [Diagnostic] {
    stack.inputs.compactMap { input in
        guard let other = project.stack(named: input.value.stack.value), other.name.value != stack.name.value,
            let module = try? modules.source(of: other, in: project)?.interface
        else { return nil }
        return module.check(
            output: input.map(\.output), along: "`\(stack.name.value)` → `\(other.name.value)`")
    }
}
