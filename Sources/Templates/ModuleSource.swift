package import ModuleInterface
package import SourceTree

/// The Terraform module that a stack runs, and where its files are.
package struct ModuleSource: Sendable {
    package let tree: any SourceTree
    /// The source folder: all of it goes into a workspace.
    package let folder: String
    /// The folder that Terraform runs in: the source folder or one inside it.
    package let workingFolder: String
    /// The module that Terraform runs and the local ones that it calls, by folder.
    package let closure: [String: ModuleInterface]
    /// The golden template that the module comes from.
    package let template: ResolvedTemplate?

    /// What the module that Terraform runs declares.
    package let interface: ModuleInterface

    package init(
        tree: any SourceTree, folder: String, workingFolder: String, closure: [String: ModuleInterface],
        template: ResolvedTemplate?, interface: ModuleInterface
    ) {
        self.tree = tree
        self.folder = folder
        self.workingFolder = workingFolder
        self.closure = closure
        self.template = template
        self.interface = interface
    }

    /// The source folder and the folders of called modules outside it, none inside another.
    package var folders: [String] {
        var result = [folder]
        for candidate in closure.keys.sorted() where !result.contains(where: { isInside(candidate, $0) }) {
            result.removeAll { isInside($0, candidate) }
            result.append(candidate)
        }
        return result
    }
}

/// A golden template in the version that was chosen.
package struct ResolvedTemplate: Hashable, Sendable {
    package let name: String
    package let version: String
}

/// Whether `path` is `folder` or lies below it; "" is the root of the tree.
package func isInside(_ path: String, _ folder: String) -> Bool {
    folder.isEmpty || path == folder || path.hasPrefix(folder + "/")
}
