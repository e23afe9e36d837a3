package import Diagnostics
import FoundationEssentials
package import JSON
package import Plans
package import Records

/// Something that happened in a run, masked: given out while it happens, and kept as a row.
package enum RunEvent: Sendable {
    /// A step has begun.
    case phase(RunPhase)
    /// Who holds the lock that the run waits for.
    case waitingForLock(String)
    /// The run whose workspace the run waits for.
    case waitingForWorkspace(String)
    case terraform(TerraformEvent)
    /// A warning or an error of our own.
    case problem(Diagnostic)
    case planned(PlanSummary)
    /// What became of the stack's cluster record, for people.
    case cluster(handle: String, change: String)
    /// The last event of a run.
    case ended(RunStatus, message: String?)
}

/// An event of a run as it is kept.
package struct RecordedEvent: Sendable {
    package let event: RunEvent
    /// When it happened, as it is stored.
    package let at: String

    /// Reads a row back; nil for a type that a newer program wrote.
    package init?(_ row: RunEventRow) {
        guard let event = RunEvent(row) else { return nil }
        self.event = event
        at = row.at
    }

    /// What whoever follows a run has to tell by itself, now.
    init(_ event: RunEvent) {
        self.event = event
        at = Timestamp.text(Date())
    }
}

/// What a run is doing, in the order in which it does it.
package enum RunPhase: String, Hashable, Sendable, Codable {
    case preparing
    /// When a real `terraform init` runs.
    case initialising
    case planning
    case readingPlan
    /// When Terraform reads an object that exists into the state.
    case importing
    /// When a refresh-only plan looks at what is really there.
    case lookingForDrift
    case checkingPlan
    case applying
    /// When Terraform has ended but something that it started has not.
    case waitingForProcesses
    case recording
    /// When what has ended cannot be recorded, because the database cannot be reached.
    case waitingForDatabase
}

extension RunEvent {
    package static func waitingForLock(of holder: LockHolder) -> RunEvent {
        .waitingForLock("run \(holder.run), \(holder.owner.name), since \(holder.since)")
    }

    /// The type as it stands in rows and in `--json-stream`.
    package var type: String {
        switch self {
        case .phase: "phase"
        case .waitingForLock: "waiting_for_lock"
        case .waitingForWorkspace: "waiting_for_workspace"
        case .terraform: "terraform"
        case .problem: "diagnostic"
        case .planned: "planned"
        case .cluster: "cluster"
        case .ended: "ended"
        }
    }

    package var body: JSONValue {
        switch self {
        case .phase(let phase): ["phase": .string(phase.rawValue)]
        case .waitingForLock(let holder): ["holder": .string(holder)]
        case .waitingForWorkspace(let holder): ["holder": .string(holder)]
        case .terraform(let event): event.json
        case .problem(let problem): (try? JSONValue(encoding: problem)) ?? .null
        case .planned(let summary): (try? JSONValue(encoding: summary)) ?? .null
        case .cluster(let handle, let change): ["handle": .string(handle), "change": .string(change)]
        case .ended(let status, let message):
            ["status": .string(status.rawValue), "message": message.map(JSONValue.string) ?? .null]
        }
    }

    fileprivate init?(_ row: RunEventRow) {
        let body = row.body
        switch row.type {
        case "phase":
            guard let phase = body["phase"]?.stringValue.flatMap(RunPhase.init(rawValue:)) else { return nil }
            self = .phase(phase)
        case "waiting_for_lock": self = .waitingForLock(body["holder"]?.stringValue ?? "")
        case "waiting_for_workspace": self = .waitingForWorkspace(body["holder"]?.stringValue ?? "")
        case "terraform": self = .terraform(TerraformEvent(json: body))
        case "diagnostic":
            guard let problem = try? body.decoded(as: Diagnostic.self) else { return nil }
            self = .problem(problem)
        case "planned":
            guard let summary = try? body.decoded(as: PlanSummary.self) else { return nil }
            self = .planned(summary)
        case "cluster":
            self = .cluster(handle: body["handle"]?.stringValue ?? "", change: body["change"]?.stringValue ?? "")
        case "ended":
            guard let status = body["status"]?.stringValue.flatMap(RunStatus.init(rawValue:)) else { return nil }
            self = .ended(status, message: body["message"]?.stringValue)
        default: return nil
        }
    }
}
