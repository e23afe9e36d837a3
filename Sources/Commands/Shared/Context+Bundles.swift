import Archive
import Definitions
import Diagnostics
import Files
import FoundationEssentials
import Runs
import SourceTree
import SystemPackage
import Templates

extension CommandContext {
    /// The bytes of a bundle that the command line names.
    ///
    /// - Throws: a `Diagnostic` when there is no such file.
    func bundle(_ file: String) throws -> Data {
        try requireFolder()
        let path = try path(file)
        guard let status = try? Stat(path, followTargetSymlink: true), status.type == .regular else {
            throw Diagnostic.error("there is no file `\(path)`", outcome: .usage)
        }
        let limit = ArchiveLimits.bundle.byteCount
        guard status.size <= limit, let bundle = try readFile(path) else {
            throw Diagnostic.error(
                "`\(path)` has more than the \(limit) bytes that a bundle may have", outcome: .refused)
        }
        return bundle
    }
}

/// The template at the root of a tree, when nothing is wrong between it and its module.
///
/// - Throws: a `DiagnosticList` with everything that is.
func checkedTemplate(in tree: any SourceTree) throws -> TemplateDefinition {
    let definition = try readTemplate(in: "", of: tree)
    let errors = checkTemplate(definition, tree: tree).filter { $0.severity == .error }
    guard errors.isEmpty else { throw DiagnosticList(errors.map { $0.withExcerpt(from: tree) }) }
    return definition
}
