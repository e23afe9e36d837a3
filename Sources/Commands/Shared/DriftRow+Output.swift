import Diagnostics
import JSON
import Plans
import Records
import Runs

extension DriftRow {
    /// What is known of a stack's drift, as JSON.
    var payload: JSONValue {
        [
            "result": .string(result.rawValue), "checkedAt": .string(checkedAt), "since": .string(since),
            "run": run.map(JSONValue.string) ?? .null,
            "objects": .array(objects.compactMap { try? JSONValue(encoding: $0) }),
            "reason": reason.map(JSONValue.string) ?? .null,
        ]
    }

    /// The members of a payload where nothing is known.
    static let noPayload: [String: JSONValue] = [
        "result": .null, "checkedAt": .null, "since": .null, "run": .null, "objects": [], "reason": .null,
    ]
}

extension DriftResult {
    var style: TextStyle {
        switch self {
        case .inSync: .success
        case .drifted: .warning
        case .unreachable: .error
        }
    }
}

extension CommandContext {
    /// What is known of a stack's drift, in a cell: `drifted since 3 hours ago`.
    func cell(_ drift: DriftRow?) -> StyledLine {
        guard let drift else { return StyledLine() }
        let text =
            switch drift.result {
            // How long it was so says nothing; how old the news is does.
            case .inSync: "\(drift.result.word) \(moment(drift.checkedAt))"
            case .drifted, .unreachable: "\(drift.result.word) since \(moment(drift.since))"
            }
        return StyledLine(text, drift.result.style)
    }
}
