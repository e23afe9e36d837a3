package import Definitions
import Diagnostics
package import FoundationEssentials
package import SourceTree

/// What would have to change in a test's golden files for it to pass; empty where it passes.
///
/// - Parameter made: what the test made, by path below the folder of its golden files.
package func goldenChanges(
    of test: TemplateTest, of template: TemplateDefinition, made: [String: Data], in tree: any SourceTree
) throws -> ProposedFiles {
    let folder = childPath(template.testFolder, test.name.value)
    var files = ProposedFiles(over: tree)
    for path in try paths(below: folder, in: tree) where made[path] == nil {
        try files.delete(childPath(folder, path))
    }
    for (path, data) in made.sorted(by: { $0.key < $1.key }) {
        let place = childPath(folder, path)
        if try tree.kind(of: place) == nil {
            try files.create(place, FileContent(data))
        } else {
            try files.change(place, to: data)
        }
    }
    return files
}

private func paths(below folder: String, in tree: any SourceTree) throws -> [String] {
    guard case .directory = try tree.kind(of: folder) else { return [] }
    return try tree.entries(of: folder).flatMap { entry in
        guard case .directory = entry.kind else { return [entry.name] }
        return try paths(below: childPath(folder, entry.name), in: tree).map { childPath(entry.name, $0) }
    }
}
