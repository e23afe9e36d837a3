import Definitions
import Diagnostics
import Files
import FoundationEssentials
import Runs
import SourceTree
import Templates

extension CommandContext {
    /// The bytes of a bundle that the command line names.
    ///
    /// - Throws: a `Diagnostic` when there is no such file.
    func bundle(_ file: String) throws -> Data {
        guard let bundle = try readFile(try path(file)) else {
            throw Diagnostic.error("there is no file `\(file)`", outcome: .usage)
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
