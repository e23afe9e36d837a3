package import Definitions
package import Diagnostics
package import JSON
package import SourceTree

/// What an automation would do to a tree: in Plural's order, creates, then updates, then deletes, each seeing what the
/// ones before have done.
///
/// - Parameter context: a value for every parameter, null for one that is unset: what templates find under `context`.
/// - Throws: a `DiagnosticList` with everything that is wrong.
package func propose(
    _ automation: AutomationDefinition, context: [String: JSONValue], over tree: any SourceTree
) throws(DiagnosticList) -> ProposedFiles {
    var proposal = AutomationProposal(automation: automation, files: ProposedFiles(over: tree))
    proposal.run(AutomationContext(context))
    guard proposal.problems.isEmpty else { throw DiagnosticList(proposal.problems).sorted() }
    return proposal.files
}

/// What the change of an automation is called.
package struct AutomationText: Hashable, Sendable {
    package let title: String?
    package let message: String?
    package let branchPrefix: String?

    /// - Throws: what cannot be filled in.
    package init(_ automation: AutomationDefinition, context: [String: JSONValue]) throws(DiagnosticList) {
        let context = AutomationContext(context)
        let texts = automation.proposal
        title = try texts.title.map { (text) throws(DiagnosticList) in try context.render(text) }
        message = try texts.message.map { (text) throws(DiagnosticList) in try context.render(text) }
        branchPrefix = try texts.branchPrefix.map { (text) throws(DiagnosticList) in try context.render(text) }
    }
}

/// One run of an automation; every entry is tried, so that all problems are told together.
struct AutomationProposal {
    let automation: AutomationDefinition
    var files: ProposedFiles
    private(set) var problems: [Diagnostic] = []

    init(automation: AutomationDefinition, files: ProposedFiles) {
        self.automation = automation
        self.files = files
    }

    mutating func run(_ context: AutomationContext) {
        for entry in automation.creates { attempt(at: entry.source.location) { try $0.create(entry, context) } }
        for entry in automation.replacements { attempt(at: entry.file.location) { try $0.replace(entry, context) } }
        for entry in automation.overlays { attempt(at: entry.file.location) { try $0.overlay(entry, context) } }
        if let search = automation.search {
            attempt(at: search.replacement.location) { try $0.replace(search, context) }
        }
        for pattern in automation.deletedFiles {
            attempt(at: pattern.location) { try $0.deleteFiles(pattern, context) }
        }
        for folder in automation.deletedFolders {
            attempt(at: folder.location) { try $0.deleteFolder(folder, context) }
        }
    }

    /// Takes down what goes wrong, at the entry where it has no place of its own.
    private mutating func attempt(at location: SourceLocation, _ body: (inout Self) throws -> Void) {
        do {
            try body(&self)
        } catch let list as DiagnosticList {
            problems += list.diagnostics.map { $0.reached(from: location) }
        } catch let problem as Diagnostic {
            problems.append(problem.reached(from: location))
        } catch {
            problems.append(.error("\(error)", at: location))
        }
    }

    // MARK: Files that are there

    /// The text of a file as the entries before have left it.
    func text(of file: String, namedAt location: SourceLocation) throws -> String {
        guard let content = try files.tree.fileContent(of: file) else {
            throw Diagnostic.error(
                "there is no file `\(file)`", at: location, hint: "paths are relative to the project's root")
        }
        guard let text = String(validating: content.data, as: UTF8.self) else {
            throw Diagnostic.error("`\(file)` is no text in UTF-8", at: location)
        }
        return text
    }

    /// All that is no folder below a folder, by path; git's and our own records are no part of it.
    static func entries(
        below folder: String, in tree: any SourceTree
    ) throws -> [(path: String, kind: SourceEntryKind)] {
        try tree.entries(of: folder).flatMap { (entry) -> [(path: String, kind: SourceEntryKind)] in
            let path = childPath(folder, entry.name)
            if entry.name == ".git" || path == ".stack" { return [] }
            return entry.kind == .directory ? try entries(below: path, in: tree) : [(path, entry.kind)]
        }
    }
}
