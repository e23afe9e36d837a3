import Definitions
import Diagnostics
import SourceTree

extension AutomationProposal {
    mutating func deleteFiles(_ pattern: Located<String>, _ context: AutomationContext) throws {
        let text = try context.render(pattern)
        guard let path = normalisedPath(text), !path.isEmpty else {
            throw Diagnostic.error("`\(text)` is no path of a file in the project", at: pattern.location)
        }
        guard !path.contains("**") else {
            throw Diagnostic.error(
                "`**` in `\(path)` is not known", at: pattern.location, hint: "a whole folder is deleted with `folders`"
            )
        }
        let glob = try GlobPattern(path, at: pattern.location)
        let found = try Self.entries(below: "", in: files.tree).map(\.path).filter(glob.matches)
        guard !found.isEmpty else {
            throw Diagnostic.error("there is no file `\(path)` to delete", at: pattern.location)
        }
        for file in found { try files.delete(file) }
    }

    mutating func deleteFolder(_ folder: Located<String>, _ context: AutomationContext) throws {
        let text = try context.render(folder)
        guard let path = normalisedPath(text), !path.isEmpty else {
            throw Diagnostic.error("`\(text)` is no folder in the project", at: folder.location)
        }
        guard try files.tree.kind(of: path) == .directory else {
            throw Diagnostic.error("there is no folder `\(path)` to delete", at: folder.location)
        }
        for entry in try Self.entries(below: path, in: files.tree) { try files.delete(entry.path) }
    }
}
