import Definitions
import Diagnostics
import JSON
import SourceControl
import SystemPackage
import Templates
import Terminal

/// Files that a command has made: checked, shown, agreed to, and written or committed.
struct NewFiles {
    let files: ProposedFiles
    /// The first line of a commit.
    let title: String
    /// Where they come from.
    let origin: String?
    /// Whether a person is there who has answered questions.
    var wasAsked = false
    /// What to do once they are written, given the project as it is then.
    let next: (Project) -> String?

    /// - Parameter pins: of templates that were fetched for the files.
    /// - Returns: the exit code.
    /// - Throws: a `DiagnosticList` with what would be wrong with the project; nothing is written then.
    func finish(
        _ root: FilePath, _ loaded: LoadedProject, _ branch: BranchProposal?, _ options: WritingOptions,
        _ format: OutputFormat, pins: [TemplatePin] = [], _ context: CommandContext
    ) async throws -> Int32 {
        let check = ProposalCheck(files, of: loaded, pins: context.pins(root) + pins)
        guard check.caused.isEmpty else { throw DiagnosticList(check.caused) }
        if let branch { try await requireCommitted(branch) }
        if format == .table { try context.output.write(lines: files.difference) }
        if !check.present.isEmpty {
            let count = check.present.count
            context.say(
                "The project has \(count) \(count == 1 ? "mistake" : "mistakes") of its own; `stack validate` shows \(count == 1 ? "it" : "them").",
                .warning)
        }
        if files.isEmpty {
            try write(commit: nil, branch, format, context)
            context.say("Nothing to write: everything is there already.")
            return ExitStatus.done
        }
        guard !options.dryRun else {
            try write(commit: nil, branch, format, context)
            return ExitStatus.done
        }
        // Whoever answered questions sees here what comes of it; a file that goes is worth a question anyway.
        let deletes = files.changes.contains { $0.after == nil }
        if wasAsked || (deletes && context.output.options.canAsk), !options.autoApprove {
            let question = "\(branch == nil ? "Write" : "Commit") \(count)?"
            guard try await context.agrees(question, else: "nothing was written") else { return ExitStatus.refused }
        }
        guard let branch else {
            try files.write(to: root)
            try await context.pin(pins, root)
            try write(commit: nil, nil, format, context)
            context.say("Written: \(count).", .success)
            if let next = next(check.proposed.project) { context.say("Next: \(next)", .hint) }
            return ExitStatus.done
        }
        let commit = try await branch.commit(files.changes.map(\.committed), message: message)
        try write(commit: commit, branch, format, context)
        context.say("Committed: \(count), as \(commit.prefix(10)) on the branch `\(branch.branch)`.", .success)
        context.say(
            branch.remote.map { "Next: git push -u \($0.shellWord) \(branch.branch.shellWord)" }
                ?? "Next: git switch \(branch.branch.shellWord)", .hint)
        return ExitStatus.done
    }

    private var message: String { title + "\n" + (origin.map { "\n\($0)\n" } ?? "") }

    private var count: String { files.changes.count == 1 ? "1 file" : "\(files.changes.count) files" }

    private func requireCommitted(_ branch: BranchProposal) async throws {
        let changed = try await branch.uncommitted(of: files.changes.map(\.path))
        guard let first = changed.first else { return }
        throw Diagnostic.error(
            "`\(first)` has changes that are not committed; the branch `\(branch.branch)` would hide them",
            hint: "commit them first", outcome: .refused)
    }

    private func write(
        commit: String?, _ branch: BranchProposal?, _ format: OutputFormat, _ context: CommandContext
    ) throws {
        var payload: [String: JSONValue] = ["files": .array(files.changes.map(\.payload))]
        if let commit, let branch {
            payload.merge(["branch": .string(branch.branch), "commit": .string(commit)]) { $1 }
        }
        try context.write(.object(payload), names: files.changes.map(\.path), format: format, lines: [])
    }
}

extension FileChange {
    fileprivate var payload: JSONValue {
        let text = after.flatMap { String(validating: $0.data, as: UTF8.self) }
        return [
            "path": .string(path), "action": .string(action.rawValue),
            "content": text.map(JSONValue.string) ?? .null,
        ]
    }

    fileprivate var committed: BranchProposal.File {
        BranchProposal.File(
            path: path, content: after?.data, isExecutable: after?.isExecutable ?? false)
    }
}
