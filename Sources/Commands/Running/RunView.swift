import Definitions
import Diagnostics
import FoundationEssentials
import JSON
import Plans
import Records
import Runs
import StackGraph
import Terminal

/// Shows what happens in the runs of one command: as progress for people, or as one JSON object a line.
struct RunView: Sendable {
    let context: CommandContext
    let isStream: Bool
    /// Whether the command is about several stacks.
    let isOfMany: Bool
    /// Notes everything that is shown.
    let reporter: RunReporter?
    private let progress: LiveProgress<ContinuousClock>

    /// - Parameter awaited: the stacks that each waits for.
    init(
        context: CommandContext, stacks: [String], awaited: [String: [String]] = [:], isStream: Bool,
        reporter: RunReporter? = nil
    ) throws {
        self.context = context
        self.isStream = isStream
        self.reporter = reporter
        isOfMany = stacks.count > 1
        progress = LiveProgress(output: context.output, clock: ContinuousClock(), stacks: stacks, awaited: awaited)
        if isStream { try write(["type": "version", "stack": .string(stackVersion), "format": "1.0"]) }
    }

    func whileShown<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        if isStream || context.isQuiet { return try await work() }
        return try await progress.whileShown(work)
    }

    func show(_ event: GraphEvent) {
        reporter?.note(event)
        switch event {
        case .run(let event, let stack, let run): show(event, stack: stack, run: run)
        case .retrying(let stack, let run, let reason, let delay):
            let warning = Diagnostic.warning(
                "an error that goes away by itself (`\(reason)`); it is tried again in \(durationText(delay))")
            show(.problem(warning), stack: stack, run: run)
        case .skipped(let stack, let because): skip(stack, because: because)
        }
    }

    private func skip(_ stack: String, because failed: String?) {
        guard isStream else {
            if !context.isQuiet { progress.finish(stack, skippedText(because: failed), style: .warning) }
            return
        }
        try? write([
            "type": "skipped", "time": .string(Timestamp.text(Date())), "stack": .string(stack),
            "because": failed.map(JSONValue.string) ?? .null,
        ])
    }

    /// Shows an event that was kept, with the time at which it happened.
    func show(_ recorded: RecordedEvent, stack: String, run: String) {
        show(recorded.event, at: recorded.at, stack: stack, run: run)
    }

    /// - Parameter time: when it happened, as it is stored; nil for now.
    func show(_ event: RunEvent, at time: String? = nil, stack: String, run: String) {
        reporter?.note(event, at: date(time) ?? Date(), stack: stack, run: run)
        if isStream { return stream(event, time, stack, run) }
        switch event {
        case .problem(let problem): log(stack, DiagnosticRenderer(width: 100).lines(problem))
        case .terraform(let event): show(event, stack)
        case .phase(let phase) where !context.isQuiet: progress.enter(stack, phase: phase.text, ago: ago(time))
        case .waitingForLock(let holder): waits(stack, for: "the lock: \(holder)")
        case .waitingForWorkspace(let holder): waits(stack, for: "the workspace of run \(holder)")
        case .planned(let summary): progress.show(stack, counts: summary.counts)
        case .ended(let status, let message) where !context.isQuiet:
            progress.finish(stack, status.text, because: message, style: status.style, ago: ago(time))
        case .cluster(let handle, let change) where !context.isQuiet:
            log(stack, [StyledLine("cluster `\(handle)` \(change)", .success)])
        case .phase, .ended, .cluster: break
        }
    }

    private func waits(_ stack: String, for holder: String) {
        let text = "waiting for \(holder)"
        progress.show(stack, activity: text)
        log(stack, [StyledLine(text, .warning)])
    }

    private func show(_ event: TerraformEvent, _ stack: String) {
        switch event.payload {
        case .diagnostic(let problem): log(stack, renderDiagnostic(problem))
        case .applyStart(let hook), .applyProgress(let hook):
            progress.show(stack, activity: "\(hook.address): \(hook.action)")
        case .applyComplete, .applyErrored:
            if !context.isQuiet { log(stack, [StyledLine(event.message)]) }
        case .changeSummary(let summary) where summary.operation != "plan":
            if !context.isQuiet { log(stack, [StyledLine(event.message, .strong)]) }
        case .provisionProgress(let provisioning):
            if context.isVerbose, let line = provisioning.output { log(stack, [StyledLine(line, .faint)]) }
        // A line of Terraform's standard error: what a provider that crashed has left, or a log that `TF_LOG` asks for.
        case .text: if !context.isQuiet { log(stack, [StyledLine(event.message, .faint)]) }
        case .refreshStart, .refreshComplete: progress.show(stack, activity: event.message)
        default: break
        }
    }

    private func ago(_ time: String?) -> Duration {
        date(time).map { .seconds(Date().timeIntervalSince($0)) } ?? .zero
    }

    private func date(_ time: String?) -> Date? { time.flatMap { try? Timestamp.date($0) } }

    private func log(_ stack: String, _ lines: [StyledLine]) {
        for line in lines { progress.log(stack, line) }
    }

    private func stream(_ event: RunEvent, _ time: String?, _ stack: String, _ run: String) {
        var object: [String: JSONValue] = [
            "type": .string(event.type), "time": .string(time ?? Timestamp.text(Date())), "stack": .string(stack),
            "run": .string(run),
        ]
        if case .terraform(let terraform) = event {
            // What somebody prints into Terraform's stream is an object too, as its own lines without a type are.
            object["event"] = terraform.payload == .text ? ["@message": .string(terraform.message)] : terraform.json
        } else {
            for (key, value) in event.body.objectValue ?? [:] { object[key] = value }
        }
        // A reader that has gone stops the next result, not the run.
        try? write(.object(object))
    }

    func write(_ object: JSONValue) throws {
        try context.output.write(object.line)
    }
}

extension StackGraph {
    /// Which of these stacks each of them waits for.
    func awaited(by stacks: [StackDefinition], isDestroy: Bool) -> [String: [String]] {
        let names = Set(stacks.map(\.name.value))
        return Dictionary(
            names.map { name in
                let others = isDestroy ? dependents(on: name).map(\.stack) : dependencies(of: name).map(\.dependency)
                return (name, names.intersection(others).sorted())
            }
        ) { $1 }
    }
}

extension RunPhase {
    /// What a person reads while the phase lasts.
    var text: String {
        switch self {
        case .preparing: "preparing"
        case .initialising: "terraform init"
        case .planning: "planning"
        case .readingPlan: "reading the plan"
        case .importing: "importing"
        case .lookingForDrift: "looking for drift"
        case .checkingPlan: "checking that nothing has moved"
        case .applying: "applying"
        case .waitingForProcesses: "waiting for what Terraform started"
        case .recording: "recording"
        case .waitingForDatabase: "waiting for the database"
        }
    }
}

extension RunStatus {
    var text: String {
        switch self {
        case .awaitingApproval: "planned, wants an approval"
        case .unchanged: "no changes"
        case .preview: "preview"
        default: rawValue
        }
    }

    var style: TextStyle {
        switch self {
        case .succeeded, .unchanged, .planned: .success
        case .failed, .interrupted: .error
        case .canceled, .stale, .awaitingApproval: .warning
        case .queued, .planning, .preview, .applying, .discarded, .superseded: .plain
        }
    }
}
