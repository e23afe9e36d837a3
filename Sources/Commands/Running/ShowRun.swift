import ArgumentParser
import Diagnostics
import JSON
import Records
import Runs
import Terminal

/// `stack run`
struct ShowRun: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Show one run and its plan.",
        discussion: """
            Examples:

              stack run 20261119-093012-k3v9
              stack run 20261119-093012-k3v9 -o json
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "The run.", completion: runCompletion { _ in true })
    var id: String

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let run = try await store.requiredRun(id)
        let stack = try await store.stackNames()[run.stack] ?? run.stack
        let view = try await store.planView(of: run)
        try context.write(
            run.payload(stack: stack), names: [run.id], format: format.output,
            lines: lines(run, stack, context) + (view.isEmpty ? [] : [StyledLine()] + view))
        return ExitStatus.done
    }

    private func lines(_ run: RunRow, _ stack: String, _ context: CommandContext) -> [StyledLine] {
        var rows = [
            ("Run", StyledLine(run.id)), ("Stack", StyledLine(stack)), ("Does", StyledLine(run.operation.rawValue)),
            ("Status", StyledLine(run.status.text, run.status.style)),
            ("By", StyledLine("\(run.origin.user)@\(run.origin.host)")),
            ("Created", StyledLine(context.moment(run.createdAt))),
        ]
        if let commit = run.origin.commit {
            rows.append(("Commit", StyledLine(commit + (run.origin.isClean == false ? " (with changes)" : ""))))
        }
        if let template = run.usedTemplate {
            rows.append(("Template", StyledLine("\(template.text) (\(template.digest.prefix(19))…)")))
        }
        if let ended = run.endedAt { rows.append(("Ended", StyledLine(context.moment(ended)))) }
        if let approval = run.approval { rows.append(("Approved", StyledLine("by \(approval.user)@\(approval.host)"))) }
        if let code = run.exitCode { rows.append(("Exit code", StyledLine("\(code) (Terraform's)"))) }
        if let message = run.message { rows.append(("Message", StyledLine(message))) }
        for resource in run.unknownResources?.arrayValue ?? [] {
            rows.append(("Unknown", StyledLine(resource["address"]?.stringValue ?? "", .warning)))
        }
        return rows.map { name, value in StyledLine([StyledSpan(name.padded(to: 10), .strong)] + value.spans) }
    }
}

extension ProjectStore {
    /// - Throws: a `Diagnostic` when there is none of that id.
    func requiredRun(_ id: String) async throws -> RunRow {
        guard let run = try await records.run(id) else {
            throw Diagnostic.error("there is no run `\(id)`", hint: "`stack runs` lists the runs", outcome: .usage)
        }
        return run
    }
}
