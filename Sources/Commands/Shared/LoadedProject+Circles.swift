import Definitions
import Diagnostics
import StackGraph
import Templates

extension LoadedProject {
    /// An error for each circle of stacks that need each other.
    var circles: [Diagnostic] {
        do {
            _ = try StackGraph(project.stacks)
            return []
        } catch {
            return error.diagnostics.map(withExcerpt)
        }
    }
}
