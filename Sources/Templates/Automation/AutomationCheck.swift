package import Definitions
package import Diagnostics
import FoundationEssentials
import Liquid
package import SourceTree

/// What is wrong with the templates of an automation before anybody has answered its form: their syntax, in its fields
/// and in the files that it makes others of.
package func checkTemplates(of automation: AutomationDefinition, in tree: any SourceTree) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    for field in automation.templates {
        do {
            _ = try LiquidTemplate(parsing: field.value, at: field.location)
        } catch {
            problems += error.diagnostics
        }
    }
    for entry in automation.creates where entry.external == nil && !entry.source.value.contains("{") {
        do {
            try checkFiles(of: entry, automation, tree)
        } catch let list as DiagnosticList {
            problems += list.diagnostics
        } catch {
            problems.append((error as? Diagnostic ?? .error("\(error)")).reached(from: entry.source.location))
        }
    }
    return problems
}

private func checkFiles(
    of entry: AutomationDefinition.CreatedFiles, _ automation: AutomationDefinition, _ tree: any SourceTree
) throws {
    let source = try automation.source(entry.source, in: tree)
    let files =
        source.kind == .directory
        ? try AutomationProposal.entries(below: source.path, in: tree).map(\.path) : [source.path]
    var problems: [Diagnostic] = []
    for file in files {
        guard let text = String(validating: try tree.contents(of: file), as: UTF8.self) else { continue }
        do {
            _ = try LiquidTemplate(parsing: text, file: file)
        } catch {
            problems += error.diagnostics
        }
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
}

extension AutomationDefinition {
    /// Its fields that are templates.
    fileprivate var templates: [Located<String>] {
        [proposal.title, proposal.message, proposal.branchPrefix].compactMap { $0 }
            + creates.flatMap { [$0.source, $0.destination] }
            + replacements.flatMap { [$0.file, $0.replacement] + ($0.isTemplated ? [$0.regex] : []) }
            + overlays.flatMap { [$0.file] + ($0.isTemplated ? [$0.yaml] : []) }
            + (search.map { $0.files + [$0.replacement] } ?? []) + deletedFiles + deletedFolders
    }
}
