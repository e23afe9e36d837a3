import Diagnostics
package import FoundationEssentials
import JSON

/// The plan in the output of `terraform test -json -verbose`, as far as a golden test compares it.
package struct TestedPlan: Hashable, Sendable {
    package let resourceChanges: [ResourceChange]
    /// Names of outputs that change, sorted.
    package let outputs: [String]

    /// - Throws: a `DiagnosticList` with Terraform's errors when there is no plan.
    package static func decode(_ events: Data) throws -> TestedPlan {
        var problems: [Diagnostic] = []
        for line in events.split(separator: UInt8(ascii: "\n")) {
            guard let event = try? JSONDecoder().decode(Event.self, from: line) else { continue }
            if let plan = event.plan {
                return TestedPlan(
                    resourceChanges: plan.changes ?? [], outputs: plan.outputs?.objectValue?.keys.sorted() ?? [])
            }
            if let problem = TerraformDiagnostic(json: event.diagnostic), problem.severity == .error {
                problems.append(
                    .error(
                        "Terraform: \(problem.summary)", notes: problem.detail.isEmpty ? [] : [.init(problem.detail)]))
            }
        }
        throw DiagnosticList(
            problems.isEmpty ? [.error("Terraform made no plan", outcome: .internalFailure)] : problems)
    }

    /// One line for each managed object with a sign of what happens to it, by address, then the outputs.
    package var summary: String {
        let objects = resourceChanges.filter { $0.mode == .managed && $0.action != .noOp }
            .map { "\($0.action.rawValue) \($0.address)" }.sorted()
        let outputs = outputs.map { "output \($0)" }
        return (objects + outputs).map { $0 + "\n" }.joined()
    }

    private struct Event: Decodable {
        let diagnostic: JSONValue?
        let plan: Payload?

        enum CodingKeys: String, CodingKey {
            case diagnostic
            case plan = "test_plan"
        }
    }

    /// The schemas of the providers, which are most of it, are not looked at. What does not change is left out.
    private struct Payload: Decodable {
        let changes: [ResourceChange]?
        let outputs: JSONValue?

        enum CodingKeys: String, CodingKey {
            case changes = "resource_changes"
            case outputs = "output_changes"
        }
    }
}
