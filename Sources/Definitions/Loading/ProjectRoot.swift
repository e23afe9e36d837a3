import SourceTree
package import SystemPackage

/// The names that mark a project's root.
enum ProjectLayout {
    static let settingsFile = "stack.yaml"
    static let stacksFolder = "stacks"
    static let templateFile = "template.yaml"
    static let automationFile = "automation.yaml"
}

/// The nearest directory, from `directory` upward, with a `stack.yaml` or a `stacks/` folder; nil where there is none.
///
/// - Parameter directory: absolute; a relative path is only searched as far as it is written.
package func findProjectRoot(from directory: FilePath) -> FilePath? {
    var candidate = directory.lexicallyNormalized()
    while true {
        let tree = DirectoryTree(root: candidate)
        if case .file = try? tree.resolvedKind(of: ProjectLayout.settingsFile) { return candidate }
        if case .directory = try? tree.resolvedKind(of: ProjectLayout.stacksFolder) { return candidate }
        guard candidate.removeLastComponent() else { return nil }
    }
}
