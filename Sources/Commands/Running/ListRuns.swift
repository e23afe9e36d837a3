import ArgumentParser
import Diagnostics
import FoundationEssentials
import JSON
import Plans
import Records
import Runs
import Terminal

/// `stack runs`
struct ListRuns: StackCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs, newest first.",
        discussion: """
            Examples:

              stack runs
              stack runs dev -o json
              stack runs --drift

            Looks for drift, of which a watch makes many, are listed with `--drift`.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var format: FormatOptions

    @Argument(help: "Only this stack's.", completion: stackNameCompletion)
    var name: String?

    @Option(help: "How many at most.")
    var limit: Int = 20

    @Flag(help: "Looks for drift, too.")
    var drift = false

    func run(in context: CommandContext) async throws -> Int32 {
        let store = try await context.store()
        let stacks = try await store.stackNames()
        let stack = try await name.asyncMap { try await store.existing($0).id }
        let runs = try await store.records.runs(stack: stack, without: drift ? nil : .drift, limit: limit)
            .filter { stacks[$0.stack] != nil }
        var table = Table(columns: ["RUN", "STACK", "DOES", "STATUS", "PLAN", "BY", "CREATED"])
        for run in runs {
            table.append([
                StyledLine(run.id), StyledLine(stacks[run.stack] ?? run.stack), StyledLine(run.operation.rawValue),
                StyledLine(run.status.text, run.status.style), StyledLine(run.planSummary?.counts ?? ""),
                StyledLine("\(run.origin.user)@\(run.origin.host)"), StyledLine(context.moment(run.createdAt)),
            ])
        }
        try context.write(
            runs.map { $0.payload(stack: stacks[$0.stack] ?? $0.stack) }, names: runs.map(\.id), table: table,
            format: format.output, whenEmpty: "There are no runs.")
        return ExitStatus.done
    }
}

extension ProjectStore {
    /// The names of the project's stacks by their ids, those of deleted definitions too.
    func stackNames() async throws -> [String: String] {
        Dictionary(try await records.stacks().map { ($0.id, $0.name) }) { $1 }
    }
}

extension CommandContext {
    /// A stored time: "3 minutes ago" on a terminal, as it is stored elsewhere.
    func moment(_ text: String) -> String {
        guard let date = try? Timestamp.date(text) else { return text }
        return momentText(date, now: Date(), relative: output.options.streams.output)
    }
}

extension RunRow {
    var planSummary: PlanSummary? { try? summary?.decoded(as: PlanSummary.self) }

    func payload(stack: String) -> JSONValue {
        [
            "id": .string(id), "stack": .string(stack), "operation": .string(operation.rawValue),
            "status": .string(status.rawValue), "createdAt": .string(createdAt),
            "endedAt": endedAt.map(JSONValue.string) ?? .null, "summary": summary ?? .null,
            "exitCode": exitCode.map { .number(.init($0)) } ?? .null, "message": message.map(JSONValue.string) ?? .null,
            "origin": (try? JSONValue(encoding: origin)) ?? .null,
            "approval": (try? JSONValue(encoding: approval)) ?? .null, "unknownResources": unknownResources ?? .null,
            "template": (try? JSONValue(encoding: usedTemplate)) ?? .null,
        ]
    }
}

extension PlanSummary {
    /// `+2 ~1 -0`
    var counts: String { "+\(add) ~\(change) -\(destroy)" }
}

extension Optional where Wrapped: Sendable {
    /// `map` for work that has to be waited for.
    func asyncMap<Value>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        if let self { try await transform(self) } else { nil }
    }
}
