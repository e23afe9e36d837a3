import Diagnostics
import Foundation
import JSON
import Plans
import Secrets
import Testing

struct PlanRedactionTests {
    private static func secrets(_ values: String...) -> SecretValues {
        var secrets = SecretValues()
        for value in values { secrets.insert(value) }
        return secrets
    }

    private static func text(_ plan: Plan) -> String {
        var text = String(reflecting: plan)
        text += renderPlan(plan).map(\.text).joined(separator: "\n")
        return text
    }

    @Test func `neither old nor new value of a secret is left`() throws {
        let plan = try Fixture(name: "shapes-update").plan()
        let redacted = plan.redacted(with: Self.secrets("correct-horse", "battery-staple"))
        #expect(Self.text(plan).contains("battery-staple"))
        #expect(!Self.text(redacted).contains("battery-staple"))
        #expect(!Self.text(redacted).contains("correct-horse"))
    }

    @Test func `marks alone hide what is marked`() throws {
        let redacted = try Fixture(name: "shapes-update").plan().redacted(with: SecretValues())
        #expect(!Self.text(redacted).contains("battery-staple"))
        // Terraform does not mark the copy in `output`, so the known values are needed too.
        #expect(Self.text(redacted).contains("correct-horse"))
    }

    @Test func `a change of a hidden value stays visible`() throws {
        let plan = try Fixture(name: "shapes-update").plan()
        let lines = renderPlan(plan.redacted(with: Self.secrets("correct-horse", "battery-staple"))).map(\.text)
        #expect(lines.contains("          ~ password = (sensitive value)"))
        #expect(lines.contains("  ~ password = (sensitive value)"))
    }

    @Test(arguments: Fixture.all)
    func `redaction changes no line of a plan without secrets in clear`(fixture: Fixture) throws {
        let plan = try fixture.plan()
        #expect(
            renderPlan(plan.redacted(with: SecretValues()), mode: fixture.mode) == renderPlan(plan, mode: fixture.mode))
        #expect(plan.redacted(with: SecretValues()).summary == plan.summary)
    }

    @Test func `two secrets that change into each other are still a change`() throws {
        let text = """
            {"format_version":"1.2","output_changes":{"url":{"actions":["update"],
            "before":"db://first-secret@host","after":"db://second-secret@host",
            "after_unknown":false,"before_sensitive":false,"after_sensitive":false}}}
            """
        let plan = try Plan.decode(Data(text.utf8)).redacted(with: Self.secrets("first-secret", "second-secret"))
        #expect(
            renderPlan(plan).map(\.text).contains(
                #"  ~ url = "db://(sensitive)@host" -> "db://(sensitive)@host (changed)""#))
    }

    @Test func `a secret in a key or an address is masked`() throws {
        let text = """
            {"format_version":"1.2","resource_changes":[{"address":"a_b.c[\\"key-secret\\"]","mode":"managed","type":"a_b",
            "name":"c","index":"key-secret","change":{"actions":["create"],"before":null,
            "after":{"tags":{"key-secret":"x"}},"after_unknown":{"tags":{"key-secret":true}}}}]}
            """
        let plan = try Plan.decode(Data(text.utf8)).redacted(with: Self.secrets("key-secret"))
        #expect(!Self.text(plan).contains("key-secret"))
        #expect(plan.resourceChanges.first?.address == #"a_b.c["(sensitive)"]"#)
    }
}
