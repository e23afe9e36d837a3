import Fleet
import Foundation
import Testing

@testable import Runs

/// What a plan is bound to, part by part.
struct PlanBindingTests {
    private struct Parts {
        var stack = "stack"
        var lineage = "lineage"
        var serial = 3
        var sequence = 7
        var files = ["main.tf": "1", "run.sh": "2"]
        var variables = "v"
        var environment = "e"
        var inputs: [InputBinding] = []
        var terraform = "terraform 1.11.4"
        var workspace = "/w/0"
        var template: String? = "eks@1.0.0"
        var digest = "sha256:1"
        var protected: [String: String] = [:]

        var binding: PlanBinding {
            PlanBinding(
                stack: stack, lineage: lineage, serial: serial, stateSequence: sequence, files: files,
                variables: variables, environment: environment, inputs: inputs, outputs: ["id"], terraform: terraform,
                workspace: workspace, slot: 0,
                workingFolder: "app", clusters: ClusterDeclaration(template: template),
                template: template == nil ? nil : UsedTemplate(name: "eks", version: "1.0.0", digest: digest),
                protected: protected)
        }
    }

    private func moved(_ change: (inout Parts) -> Void) -> [String] {
        var parts = Parts()
        let before = parts.binding
        change(&parts)
        return before.moved(to: parts.binding)
    }

    @Test func `nothing moved is nothing said`() {
        #expect(moved { _ in } == [])
    }

    @Test func `each part that moved is named`() {
        #expect(moved { $0.stack = "other" } == ["the stack (`stack` → `other`)"])
        #expect(moved { $0.lineage = "other" } == ["the state's lineage (`lineage` → `other`)"])
        #expect(moved { $0.serial = 4 } == ["the state (serial 3 → 4)"])
        #expect(moved { $0.sequence = 8 } == ["the state (serial 3 → 3)"])
        let input = InputBinding(variable: "vpc", stack: "net", output: "vpc_id", digest: "1")
        #expect(moved { $0.inputs = [input] } == ["the input `vpc` (the output `vpc_id` of `net`)"])
        #expect(moved { $0.files["run.sh"] = "3" } == ["the file `run.sh`"])
        #expect(moved { $0.files["new.tf"] = "3" } == ["the file `new.tf` (it is new)"])
        #expect(moved { $0.files["run.sh"] = nil } == ["the file `run.sh` (it is gone)"])
        #expect(moved { $0.variables = "w" } == ["the variables"])
        #expect(moved { $0.environment = "f" } == ["the environment of the stack"])
        #expect(
            moved { $0.terraform = "terraform 1.12.0" } == ["Terraform (`terraform 1.11.4` → `terraform 1.12.0`)"])
        #expect(moved { $0.template = "eks@1.1.0" } == ["the template (`eks@1.0.0` → `eks@1.1.0`)"])
        #expect(moved { $0.template = nil } == ["the template (`eks@1.0.0` → `none`)"])
        #expect(moved { $0.digest = "sha256:2" } == ["what the template `eks@1.0.0` holds"])
        #expect(moved { $0.workspace = "/w/1" } == ["the workspace (`/w/0` → `/w/1`)"])
    }

    @Test func `all that moved is said in one go`() {
        let all = moved {
            $0.serial = 9
            $0.files = [:]
            $0.variables = "w"
        }
        #expect(
            all == [
                "the state (serial 3 → 9)", "the file `main.tf` (it is gone)", "the file `run.sh` (it is gone)",
                "the variables",
            ])
    }

    @Test func `a binding that was stored is the same binding`() throws {
        let binding = Parts().binding
        let stored = try JSONDecoder().decode(PlanBinding.self, from: try JSONEncoder().encode(binding))
        #expect(binding.moved(to: stored) == [])
        #expect(binding == stored)
    }
}

struct RunIDTests {
    @Test func `an id is the time in UTC and four characters, and sorts by time`() {
        var generator = SystemRandomNumberGenerator()
        let date = Date(timeIntervalSince1970: 1_795_080_612)
        let id = makeRunID(at: date, using: &generator)
        #expect(id.hasPrefix("20261119-093012-"))
        #expect(id.count == 20)
        #expect(id.dropFirst(16).allSatisfy { "0123456789abcdefghijkmnpqrstuvwxyz".contains($0) })
        #expect(makeRunID(at: date + 1, using: &generator) > id)
        let many = Set((0..<1000).map { _ in makeRunID(at: date, using: &generator) })
        #expect(many.count > 990)
    }
}
