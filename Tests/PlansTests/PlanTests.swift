import Diagnostics
import Foundation
import JSON
import Plans
import Secrets
import Testing

struct PlanTests {
    private static func plan(_ name: String) throws -> Plan { try Fixture(name: name).plan() }

    @Test(arguments: [
        ("shapes-create", "Plan: 13 to add, 0 to change, 0 to destroy."),
        ("shapes-update", "Plan: 2 to add, 8 to change, 3 to destroy."),
        ("shapes-unchanged", "No changes."),
        ("replace-all", "Plan: 5 to add, 0 to change, 5 to destroy."),
        ("removal-all", "Plan: 1 to import, 1 to add, 1 to change, 5 to destroy, 4 to move, 1 to forget."),
        ("outputs-only", "Plan: 4 outputs to change."),
        ("aws-refresh-only", "5 objects have changed outside of Terraform."),
        ("failing-deposed", "Plan: 1 to add, 0 to change, 2 to destroy."),
    ])
    func `the summary counts as Terraform does`(name: String, text: String) throws {
        #expect(try Self.plan(name).summary.text == text)
    }

    /// The `change_summary` event of the same plan.
    @Test(arguments: Fixture.all)
    func `the summary agrees with the event stream`(fixture: Fixture) throws {
        let summary = try fixture.plan().summary
        for line in try fixture.text("plan.jsonl").split(separator: "\n") {
            guard case .changeSummary(let counts) = TerraformEvent.decode(line: String(line)).payload else { continue }
            let ours: [Int] = [summary.add, summary.change, summary.destroy, summary.import]
            let theirs: [Int] = [counts.add, counts.change, counts.remove, counts.import]
            #expect(ours == theirs)
        }
    }

    @Test func `nothing to do is not the same as no counts`() throws {
        #expect(try Self.plan("shapes-unchanged").isEmpty)
        #expect(try !Self.plan("outputs-only").isEmpty)
        #expect(try !Self.plan("aws-refresh-only").isEmpty)
    }

    @Test func `a plan without applyable is judged by its changes`() throws {
        func decode(_ rest: String) throws -> Plan {
            try Plan.decode(Data(#"{"format_version":"1.2","terraform_version":"1.9.0"\#(rest)}"#.utf8))
        }
        #expect(try decode("").isEmpty)
        #expect(try !decode(#","output_changes":{"a":{"actions":["create"],"after":1}}"#).isEmpty)
        #expect(try decode(#","output_changes":{"a":{"actions":["no-op"],"after":1}}"#).isEmpty)
        #expect(try decode(#","errored":true,"output_changes":{"a":{"actions":["create"],"after":1}}"#).isEmpty)
    }

    @Test func `protection finds what would be lost`() throws {
        #expect(
            try Self.protected("removal-all") == [
                "terraform_data.counted[1] destroyed", #"terraform_data.each["b"] destroyed"#,
                "terraform_data.forgotten forgotten", "terraform_data.gone destroyed",
                "terraform_data.nowhere destroyed",
                "module.dropped.terraform_data.inner destroyed",
            ])
        #expect(try Self.protected("replace-all").count == 5)
        #expect(try Self.protected("aws-refresh-only") == ["aws_launch_template.nodes found-deleted"])
        #expect(try Self.protected("aws-drift") == ["aws_launch_template.nodes found-deleted"])
        #expect(
            try Self.protected("failing-deposed") == [
                "terraform_data.dependent replaced", "terraform_data.deposed destroyed",
            ])
        #expect(try Self.protected("shapes-create").isEmpty)
    }

    private static func protected(_ name: String) throws -> [String] {
        try plan(name).protectedChanges.map { "\($0.address) \($0.effect.rawValue)" }
    }

    @Test func `a failed check and its message are kept`() throws {
        let checks = try Self.plan("reads-pending").checks
        #expect(checks.map(\.address) == ["check.other"])
        #expect(checks.map(\.status) == [.fail])
        #expect(checks.map(\.problems) == [["The first is not second."]])
    }

    @Test(arguments: [
        ("{}", "The plan cannot be read: it has no `format_version`"),
        ("{", "The plan cannot be read: it is not JSON"),
        ("[]", "The plan cannot be read: it is no JSON object"),
        (
            #"{"format_version":"1.2","resource_changes":{}}"#,
            "The plan cannot be read: `resource_changes` has another form than is known"
        ),
        (#"{"format_version":"2.0"}"#, "The plan has format version `2.0`; versions 1.x can be read"),
        (
            #"{"format_version":"1.9","resource_changes":[{"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["explode"]}}]}"#,
            "The plan holds a change of `a.b` that is not known to this version of stack"
        ),
    ])
    func `a plan that cannot be judged is refused`(text: String, message: String) {
        #expect { try Plan.decode(Data(text.utf8)) } throws: { ($0 as? Diagnostic)?.message == message }
    }

    @Test func `unknown members and newer minor versions are read over`() throws {
        let plan = try Plan.decode(Data(#"{"format_version":"1.99","new":{"x":1},"applyable":true}"#.utf8))
        #expect(plan.applyable)
    }
}

struct PlanMeaningTests {
    @Test(arguments: Fixture.all)
    func `the time and the order of a plan do not matter`(fixture: Fixture) throws {
        var plan = try fixture.plan()
        let meaning = plan.meaning
        plan.timestamp = "2030-01-01T00:00:00Z"
        plan.resourceChanges.reverse()
        plan.resourceChanges = plan.resourceChanges.filter(\.isEffective)
        #expect(plan.meaning == meaning)
    }

    @Test(arguments: Fixture.all.filter { !$0.name.hasSuffix("unchanged") })
    func `every change that is left out changes the meaning`(fixture: Fixture) throws {
        let plan = try fixture.plan()
        for (index, change) in plan.resourceChanges.enumerated() where change.isEffective {
            var other = plan
            other.resourceChanges.remove(at: index)
            #expect(other.meaning != plan.meaning, "\(change.address)")
        }
    }

    @Test func `a new value changes the meaning, an old one does not`() throws {
        let plan = try Fixture(name: "shapes-update").plan()
        let index = try #require(plan.resourceChanges.firstIndex { $0.address == "terraform_data.policy" })
        var other = plan
        other.resourceChanges[index].change.after = ["input": "other"]
        #expect(other.meaning != plan.meaning)
        guard case .object(var before) = plan.resourceChanges[index].change.before else {
            Issue.record("no object")
            return
        }
        before["input"] = "another old value"
        other = plan
        other.resourceChanges[index].change.before = .object(before)
        #expect(other.meaning == plan.meaning)
    }

    @Test func `the digest is of canonical bytes`() throws {
        let plan = try Fixture(name: "shapes-update").plan()
        #expect(plan.meaningDigest { $0 } == plan.meaning.encoded())
    }
}
