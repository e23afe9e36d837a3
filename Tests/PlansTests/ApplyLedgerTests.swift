import Foundation
import JSON
import Plans
import Testing

struct ApplyLedgerTests {
    private static func ledger(_ fixture: Fixture, upTo count: Int = .max) throws -> ApplyLedger {
        var ledger = ApplyLedger()
        for line in try fixture.text("apply.jsonl").split(separator: "\n").prefix(count) {
            ledger.record(TerraformEvent.decode(line: String(line)))
        }
        return ledger
    }

    private static func state(_ fixture: Fixture) throws -> TerraformState {
        try TerraformState.decode(try fixture.data("terraform.tfstate"))
    }

    private static func genesis() throws -> TerraformState {
        try TerraformState.decode(TerraformState.genesis(lineage: "x", terraformVersion: "1.11.4"))
    }

    @Test(arguments: Fixture.applied.filter { $0.name != "failing-dependent" })
    func `an apply that ended leaves nothing unknown`(fixture: Fixture) throws {
        let unknown = try Self.ledger(fixture).unknownResources(in: Self.state(fixture), startedFrom: Self.genesis())
        #expect(unknown == [])
        #expect(try Self.ledger(fixture).runningAddresses == [])
    }

    @Test(arguments: ["shapes-create", "aws-create", "failing-provisioner"])
    func `with nothing in the state, everything that was begun is reported`(name: String) throws {
        let fixture = Fixture(name: name)
        let lines = try fixture.text("apply.jsonl").split(separator: "\n")
        for count in 0...lines.count {
            let started = lines.prefix(count).map { TerraformEvent.decode(line: String($0)) }.compactMap {
                event -> String? in
                if case .applyStart(let operation) = event.payload { operation.address } else { nil }
            }
            let unknown = try Self.ledger(fixture, upTo: count).unknownResources(
                in: Self.genesis(), startedFrom: Self.genesis())
            #expect(unknown.map(\.address) == started)
        }
    }

    @Test func `what was made is named with the id that brings it back`() throws {
        let unknown = try Self.ledger(Fixture(name: "aws-create")).unknownResources(
            in: Self.genesis(), startedFrom: Self.genesis())
        let role = try #require(unknown.first { $0.address == "aws_iam_role.cluster" })
        #expect(role.outcome == .unrecorded && !role.isInState)
        #expect(role.isImportable)
        #expect(role.importID == "cluster")
    }

    @Test func `what was made in the place of another is not in the state, although that other one is`() throws {
        var ledger = ApplyLedger()
        ledger.record(Self.event("apply_start", "t.a", "delete", "1"))
        ledger.record(Self.event("apply_complete", "t.a", "delete"))
        ledger.record(Self.event("apply_start", "t.a", "create"))
        ledger.record(Self.event("apply_complete", "t.a", "create", "2"))
        let old = try Self.state(["t.a": "1"])
        let unknown = ledger.unknownResources(in: old, startedFrom: old)
        #expect(unknown.map(\.action) == ["delete", "create"])
        #expect(unknown.map(\.isInState) == [true, false])
        // Its address is taken as long as the old one is known.
        #expect(unknown.last?.importID == nil)
        #expect(unknown.last?.isAddressTaken == true)
        #expect(try ledger.unknownResources(in: Self.state([:]), startedFrom: old).last?.importID == "2")
    }

    @Test func `a failed create that left a tainted object is settled, one that left nothing is not`() throws {
        let fixture = Fixture(name: "failing-provisioner")
        #expect(try Self.ledger(fixture).unknownResources(in: Self.state(fixture), startedFrom: Self.genesis()) == [])
        let unknown = try Self.ledger(fixture).unknownResources(in: Self.genesis(), startedFrom: Self.genesis())
        #expect(unknown.filter { $0.outcome == .errored }.map(\.address) == ["terraform_data.tainted"])
        let tainted = try #require(unknown.first { $0.outcome == .errored })
        #expect(tainted.isImportable && tainted.importID == nil)
    }

    @Test func `an old object that a moved block brought here does not settle a create`() throws {
        var ledger = ApplyLedger()
        ledger.record(Self.event("apply_start", "t.new", "create"))
        let original = try Self.state(["t.old": "1"])
        let state = try Self.state(["t.new": "1"])
        #expect(ledger.unknownResources(in: state, startedFrom: original).map(\.address) == ["t.new"])
    }

    @Test func `what a provider gave no answer to is unknown also when the apply came to its end`() throws {
        var ledger = ApplyLedger()
        for address in ["t.refused", "t.crashed", "t.silent"] {
            ledger.record(Self.event("apply_start", address, "create"))
            ledger.record(Self.event("apply_errored", address, "create"))
        }
        let refusal: JSONValue = ["severity": "error", "summary": "Quota used up", "address": "t.refused"]
        let crash: JSONValue = ["severity": "error", "summary": "Plugin did not respond"]
        let silence: JSONValue = ["severity": "error", "summary": "Plugin did not respond", "address": "t.silent"]
        for diagnostic in [refusal, crash, silence] {
            ledger.record(TerraformEvent(json: ["type": "diagnostic", "diagnostic": diagnostic]))
        }
        let unknown = try ledger.unansweredResources(in: Self.state([:]), startedFrom: Self.state([:]))
        #expect(unknown.map(\.address) == ["t.crashed", "t.silent"])
    }

    @Test func `an interrupt of Terraform's own is told from an error that came to its end`() throws {
        for fixture in Fixture.applied { #expect(try !Self.ledger(fixture).wasInterrupted) }
        var ledger = ApplyLedger()
        ledger.record(TerraformEvent.decode(line: #"{"type": "log", "@message": "\nInterrupt received.\n"}"#))
        #expect(ledger.wasInterrupted)
    }

    static func event(_ type: String, _ address: String, _ action: String, _ id: String? = nil) -> TerraformEvent {
        var hook: [String: JSONValue] = ["resource": ["addr": .string(address)], "action": .string(action)]
        if let id {
            hook["id_key"] = "id"
            hook["id_value"] = .string(id)
        }
        return TerraformEvent(json: ["type": .string(type), "hook": .object(hook)])
    }

    static func state(_ objects: [String: String], deposed: [(String, String)] = []) throws -> TerraformState {
        let all =
            objects.map { ($0.key, $0.value, nil as String?) } + deposed.map { ($0.0, $0.1, "dead0000" as String?) }
        let resources = all.map { address, id, deposed -> JSONValue in
            let parts = address.split(separator: ".")
            var instance: [String: JSONValue] = ["attributes": ["id": .string(id)]]
            if let deposed { instance["deposed"] = .string(deposed) }
            return [
                "mode": "managed", "type": .string(String(parts[0])), "name": .string(String(parts[1])),
                "instances": [.object(instance)],
            ]
        }
        let document: JSONValue = ["version": 4, "serial": 1, "lineage": "x", "resources": .array(resources)]
        return try TerraformState.decode(document.encoded())
    }
}
