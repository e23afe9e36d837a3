import Diagnostics
import Foundation
import JSON
import Plans
import Secrets
import Testing

struct TerraformEventTests {
    private static func events(_ fixture: String, _ file: String) throws -> [TerraformEvent] {
        try Fixture(name: fixture).text(file).split(separator: "\n").map { TerraformEvent.decode(line: String($0)) }
    }

    @Test(arguments: Fixture.all)
    func `every recorded line is understood`(fixture: Fixture) throws {
        for file in ["plan.jsonl", "apply.jsonl"] where FileManager.default.fileExists(atPath: fixture.url(file).path) {
            let events = try Self.events(fixture.name, file)
            #expect(events.first.map { $0.type == "version" } == true)
            for event in events {
                #expect(event.payload != .unknown && event.payload != .text, "\(event.json.text)")
                #expect(!event.message.isEmpty && !event.timestamp.isEmpty)
                #expect(TerraformEvent(json: event.json) == event)
            }
        }
    }

    @Test func `an apply is read as it went`() throws {
        let events = try Self.events("failing-provisioner", "apply.jsonl")
        #expect(events.first?.payload == .version(terraform: "1.11.4", interface: "1.2"))
        let tainted = "terraform_data.tainted"
        let payloads = events.map(\.payload)
        #expect(payloads.contains(.applyStart(.init(address: tainted, action: "create"))))
        #expect(payloads.contains(.applyErrored(.init(address: tainted, action: "create", elapsedSeconds: 0))))
        #expect(
            payloads.contains {
                if case .provisionProgress(let line) = $0 { line.output == "making it" } else { false }
            })
        let summary = try Self.events("shapes-destroy", "apply.jsonl").compactMap { event -> [Int]? in
            guard case .changeSummary(let summary) = event.payload, summary.operation == "apply" else { return nil }
            return [summary.add, summary.change, summary.remove]
        }
        #expect(summary == [[0, 0, 12]])
    }

    @Test(arguments: ["panic: runtime error", "", "[1,2]", "{\"type\":", "12"])
    func `a line that is not of the stream is text`(line: String) {
        let event = TerraformEvent.decode(line: line)
        #expect(event.payload == .text)
        #expect(event.message == line)
        #expect(event.type.isEmpty)
    }

    @Test func `a type of the future keeps its message`() {
        let event = TerraformEvent.decode(
            line: #"{"@level":"info","@message":"Hello","type":"policy_result","policy":{}}"#)
        #expect(event.payload == .unknown)
        #expect(event.message == "Hello")
        #expect(event.type == "policy_result")
    }

    @Test func `a diagnostic is drawn with its place and code`() throws {
        let events = try Self.events("errored-plan", "plan.jsonl")
        let diagnostics = events.compactMap { event -> TerraformDiagnostic? in
            if case .diagnostic(let diagnostic) = event.payload { diagnostic } else { nil }
        }
        #expect(
            diagnostics.map { renderDiagnostic($0).map(\.text) } == [
                [
                    "error: Resource precondition failed", #"  main.tf:13:23, in resource "terraform_data" "broken""#,
                    "  13 |       condition     = length(var.token) > 100",
                    "     |                       ^^^^^^^^^^^^^^^^^^^^^^^",
                    "", "  The token is too short.",
                ]
            ])
        #expect(diagnostics.first?.diagnostic.description == "main.tf:13:23: error: Resource precondition failed")
    }
}

struct TerraformEventMaskingTests {
    private static let secrets: SecretValues = {
        var secrets = SecretValues()
        secrets.insert("hunter2-hunter2")
        secrets.insert("apply_start")
        return secrets
    }()

    @Test(arguments: [
        #"{"type":"provision_progress","@message":"x: (local-exec): hunter2-hunter2","hook":{"resource":{"addr":"x"},"output":"hunter2-hunter2"}}"#,
        #"{"type":"diagnostic","@message":"E","diagnostic":{"severity":"error","summary":"hunter2-hunter2","detail":"","snippet":{"code":"hunter2-hunter2","start_line":1,"values":[{"traversal":"var.x","statement":"is \"hunter2-hunter2\""}]}}}"#,
        #"{"type":"outputs","outputs":{"a":{"sensitive":false,"value":{"hunter2-hunter2":["aHVudGVyMi1odW50ZXIy"]}}}}"#,
        "a provider printed hunter2-hunter2",
    ])
    func `no text of an event keeps a secret`(line: String) {
        let masked = TerraformEvent.decode(line: line).masked(with: Self.secrets)
        #expect(!String(reflecting: masked).contains("hunter2"))
        #expect(!masked.json.text.contains("aHVudGVyMi1"))
    }

    @Test func `a sensitive output has no value, an unmarked one neither`() {
        let line =
            #"{"type":"outputs","outputs":{"a":{"sensitive":true,"value":"x"},"b":{"value":"y"},"c":{"sensitive":false,"value":"z"}}}"#
        guard case .outputs(let outputs) = TerraformEvent.decode(line: line).masked(with: SecretValues()).payload else {
            Issue.record("no outputs")
            return
        }
        #expect(outputs.compactMapValues(\.value) == ["c": "z"])
        #expect(outputs.keys.sorted() == ["a", "b", "c"])
    }

    @Test func `the words of the format stay`() {
        let line =
            #"{"type":"apply_start","@message":"apply_start","hook":{"resource":{"addr":"x"},"action":"create"}}"#
        let masked = TerraformEvent.decode(line: line).masked(with: Self.secrets)
        #expect(masked.type == "apply_start")
        #expect(masked.message == "(sensitive)")
        #expect(masked.payload == .applyStart(.init(address: "x", action: "create")))
    }
}
