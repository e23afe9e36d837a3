import Diagnostics
import Files
import FoundationEssentials
import ModuleInterface
import SourceTree
import SystemPackage
package import Templates
import Terraform

extension Workspace {
    /// Makes variables sensitive, whatever the module says.
    ///
    /// - Throws: a `Diagnostic` when the module has a file of that name.
    package func makeSensitive(_ variables: [String], in source: ModuleSource) throws {
        guard !variables.isEmpty else { return }
        try write(
            generated: SensitiveVariables.contents(variables), as: SensitiveVariables.fileName, beside: source)
    }

    /// Changes this copy of the module so that some of its variables are unknown until an apply. The root module stays what
    /// it is, so every address does too.
    ///
    /// - Parameters:
    ///   - variables: whether each is sensitive, by name.
    ///   - source: what was laid out here.
    /// - Throws: a `Diagnostic` when a file of the module cannot be read, or has a name that is needed.
    package func makePending(_ variables: [String: Bool], in source: ModuleSource) throws {
        guard !variables.isEmpty else { return }
        let references = Dictionary(uniqueKeysWithValues: variables.keys.map { ($0, PendingValues.reference(to: $0)) })
        let changed = try substitutingVariables(
            references, inModule: source.workingFolder, of: DirectoryTree(root: sourceRoot))
        for (path, data) in changed { try writeFile(data, to: sourceRoot.appending(path: path), isLasting: false) }
        try write(generated: PendingValues.contents(variables), as: PendingValues.fileName, beside: source)
    }

    /// - Throws: a `Diagnostic` when the module has a file of that name.
    func write(generated text: String, as name: String, beside source: ModuleSource) throws {
        let place = folder.appending(name)
        guard !exists(place) else {
            throw Diagnostic.error(
                "the module in `\(source.workingFolder)` has a file `\(name)`, which `stack` writes itself",
                hint: "Rename the file")
        }
        try writeFile(Data(text.utf8), to: place, isLasting: false)
    }
}
