import ArgumentParser
import Definitions
import Diagnostics
import JSON
import Runs
import Terminal

/// `stack doctor`
struct ExamineProject: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look for what stands in the way of runs.",
        discussion: """
            Examples:

              stack doctor
              stack doctor -o json

            Definitions, Terraform, disk, key, database, locks, runs, processes and kept
            workspaces: how each is, and what to do about it. Nothing is changed. Exit
            code 1 when there is a problem.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    func run(in context: CommandContext) async throws -> Int32 {
        let (root, loaded) = try context.loadedProject()
        let findings = await Doctor(
            project: loaded.project, mistakes: loaded.diagnostics.count { $0.severity == .error }, root: root,
            environment: context.environment
        ).findings()
        var table = Table(columns: ["CHECK", "RESULT", "WHAT", "WHAT TO DO"])
        for finding in findings {
            table.append([
                StyledLine(finding.subject), StyledLine(finding.verdict.rawValue, finding.verdict.style),
                StyledLine(finding.fact), StyledLine(finding.hint ?? ""),
            ])
        }
        try context.write(
            findings.map(\.payload), names: findings.filter { $0.verdict != .good }.map(\.subject), table: table,
            format: format.output, whenEmpty: "")
        return findings.contains { $0.verdict == .problem } ? ExitStatus.failed : ExitStatus.done
    }
}

extension Finding {
    fileprivate var payload: JSONValue {
        [
            "check": .string(subject), "result": .string(verdict.rawValue), "fact": .string(fact),
            "hint": hint.map(JSONValue.string) ?? .null,
        ]
    }
}

extension Finding.Verdict {
    fileprivate var style: TextStyle {
        switch self {
        case .good: .success
        case .warning: .warning
        case .problem: .error
        }
    }
}
