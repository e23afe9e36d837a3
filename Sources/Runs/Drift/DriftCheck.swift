package import Diagnostics
import JSON
package import Plans
package import Records

/// What came of a look at one stack's real resources.
package struct DriftCheck: Sendable {
    package enum Outcome: Sendable {
        /// When there was something to look at; as it is recorded now.
        case recorded(DriftRow)
        /// When no apply has ever said where the stack's state is kept.
        case neverApplied
        /// When its state holds no resources: it was destroyed, or its applies made none.
        case hasNoResources
    }

    package let outcome: Outcome
    /// The run that has looked; nil when none was begun.
    package let run: String?
    /// What has drifted, as a plan is shown, redacted.
    package let view: [StyledLine]
    /// Why nothing could be found out, where no event has told it.
    package let problem: (any Error)?

    init(_ outcome: Outcome, run: String? = nil, view: [StyledLine] = [], problem: (any Error)? = nil) {
        self.outcome = outcome
        self.run = run
        self.view = view
        self.problem = problem
    }
}

extension DriftCheck.Outcome {
    /// What people call it.
    package var word: String {
        switch self {
        case .recorded(let row): row.result.word
        case .neverApplied: "never applied"
        case .hasNoResources: "no resources"
        }
    }
}

extension DriftResult {
    /// What people call it.
    package var word: String {
        switch self {
        case .inSync: "in sync"
        case .drifted: "drifted"
        case .unreachable: "unreachable"
        }
    }
}

/// What stands in a drift record beside its result.
struct DriftDetail: Codable {
    var objects: [DriftedObject]?
    var reason: String?
}

extension DriftRow {
    /// What has drifted, in the order of the plan.
    package var objects: [DriftedObject] { (try? detail?.decoded(as: DriftDetail.self))?.objects ?? [] }

    /// Why nothing could be found out, masked.
    package var reason: String? { (try? detail?.decoded(as: DriftDetail.self))?.reason }

    /// What was found, in one line, as people read it: `drifted: aws_vpc.main (tags.Name), aws_subnet.a (deleted)`.
    package var text: String {
        switch result {
        case .inSync, .drifted: driftText(objects)
        case .unreachable: "\(result.word): \(reason ?? "")"
        }
    }
}

extension DriftRow {
    /// The last event of the run that has found it.
    var end: RunEvent {
        switch result {
        case .inSync, .drifted: .ended(.succeeded, message: text)
        case .unreachable: .ended(.failed, message: reason)
        }
    }
}

/// The same before it is recorded.
func driftText(_ objects: [DriftedObject]) -> String {
    guard !objects.isEmpty else { return DriftResult.inSync.word }
    return "\(DriftResult.drifted.word): \(objects.map(\.text).joined(separator: ", "))"
}

extension DriftedObject {
    fileprivate var text: String {
        let name = address + (deposed.map { " (deposed object \($0))" } ?? "")
        return switch action {
        case .deleted: "\(name) (deleted)"
        case .changed: "\(name) (\(attributes.joined(separator: ", ")))"
        }
    }
}
