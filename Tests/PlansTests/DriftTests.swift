import Diagnostics
import Foundation
import JSON
import Plans
import Secrets
import Testing

struct DriftTests {
    @Test(arguments: ["aws-refresh-only", "aws-drift"])
    func `what somebody changed and deleted is drift, what a provider makes of nothing is not`(name: String) throws {
        let drift = try Fixture(name: name).plan().driftedObjects(masking: SecretValues())
        #expect(
            drift.map(\.summary) == [
                "deleted aws_launch_template.nodes []", "changed aws_vpc.main [tags.Name tags_all.Name]",
            ])
    }

    @Test func `outputs that change are no drift`() throws {
        let plan = try Fixture(name: "outputs-refresh-only").plan()
        #expect(plan.hasDrift)
        #expect(plan.driftedObjects(masking: SecretValues()) == [])
        #expect(renderDrift(plan.onlyDrift) == [])
    }

    @Test(arguments: [
        (#"{"a":null}"#, #"{"a":[]}"#, ""), (#"{"a":""}"#, #"{"a":null}"#, ""), (#"{"a":{}}"#, "{}", ""),
        (#"{"a":[{"b":null,"c":1}]}"#, #"{"a":[{"b":[],"c":1}]}"#, ""),
        (#"{"a":false}"#, #"{"a":null}"#, "a"), (#"{"a":[]}"#, #"{"a":["x"]}"#, "a"),
        (#"{"a":[{"b":1,"c":2},{"b":3,"c":4}]}"#, #"{"a":[{"b":1,"c":2},{"b":3,"c":5}]}"#, "a[1].c"),
        (
            #"{"t":{"plain":"1","with/slash":"1"}}"#, #"{"t":{"plain":"2","with/slash":"2"}}"#,
            #"t.plain t["with/slash"]"#
        ),
        (#"{"t":{"old":"1"}}"#, #"{"t":{"new":"1"}}"#, "t.new t.old"),
        (#"{"s":{"password":"hunter2!"}}"#, #"{"s":{"password":"hunter3!"}}"#, "s"),
    ])
    func `the deepest paths that differ are told, and nothing below what is sensitive`(
        before: String, after: String, paths: String
    ) throws {
        let drift = try plan(before: before, after: after).driftedObjects(masking: SecretValues())
        #expect(drift.map { $0.attributes.joined(separator: " ") } == (paths.isEmpty ? [] : [paths]))
    }

    @Test func `a secret in the name of an attribute is masked, and no value is told`() throws {
        var secrets = SecretValues()
        secrets.insert("correct-horse")
        let plan = try plan(before: #"{"t":{"correct-horse":"one"}}"#, after: #"{"t":{"correct-horse":"two"}}"#)
        let drift = plan.driftedObjects(masking: secrets)
        #expect(drift.map(\.attributes) == [[#"t["(sensitive)"]"#]] || drift.map(\.attributes) == [["t.(sensitive)"]])
        #expect(!"\(drift)".contains("two"))
    }

    @Test func `it is drawn as a refresh-only plan draws it, with how much it is at the end`() throws {
        let plan = try Fixture(name: "aws-refresh-only").plan()
        let lines = renderDrift(plan.onlyDrift).map(\.text)
        #expect(
            lines.filter { $0.hasPrefix("  #") } == [
                "  # aws_launch_template.nodes has been deleted", "  # aws_vpc.main has changed",
            ])
        #expect(lines.contains(#"      ~ tags                                 = {"#))
        #expect(lines.last == "2 objects have changed outside of Terraform.")
    }

    /// A plan that has found one object changed, of which `s` is sensitive.
    private func plan(before: String, after: String) throws -> Plan {
        try Plan.decode(
            Data(
                """
                {"format_version":"1.2","resource_drift":[{"address":"x_y.z","mode":"managed","type":"x_y","name":"z",
                "provider_name":"p","change":{"actions":["update"],"before":\(before),"after":\(after),
                "after_unknown":{},"before_sensitive":{"s":true},"after_sensitive":{"s":true}}}]}
                """.utf8))
    }
}

extension DriftedObject {
    fileprivate var summary: String { "\(action.rawValue) \(address) [\(attributes.joined(separator: " "))]" }
}
