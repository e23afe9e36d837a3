import Diagnostics
import Foundation
import JSON
import Plans
import Testing

struct TerraformStateTests {
    @Test(arguments: Fixture.applied.filter { !["failing-dependent", "failing-provisioner"].contains($0.name) })
    func `after an apply the state has the addresses that the plan keeps`(fixture: Fixture) throws {
        let state = try TerraformState.decode(try fixture.data("terraform.tfstate"))
        let kept = try fixture.plan().resourceChanges.filter {
            $0.deposed == nil && $0.action != .delete && $0.action != .forget && $0.mode == .managed
        }
        #expect(Set(state.addresses) == Set(kept.map(\.address)))
        #expect(state.header == (try StateHeader.decode(try fixture.data("terraform.tfstate"))))
    }

    @Test func `tainted and deposed objects are told apart`() throws {
        let state = try TerraformState.decode(try Fixture(name: "failing-dependent").data("terraform.tfstate"))
        let objects = state.resources.flatMap { resource in
            resource.instances.map { (resource.name, $0.isTainted, $0.deposed) }
        }
        #expect(objects.filter(\.1).map(\.0) == ["dependent"])
        #expect(objects.filter { $0.2 != nil }.map(\.0) == ["deposed"])
        #expect(state.addresses.count == 3)
        #expect(state.objects.filter { $0.instance.deposed != nil }.map(\.address) == ["terraform_data.deposed"])
    }

    @Test func `outputs keep their types and marks`() throws {
        let state = try TerraformState.decode(try Fixture(name: "shapes-create").data("terraform.tfstate"))
        #expect(state.outputs["password"]?.sensitive == true)
        #expect(state.outputs["names"]?.value == ["blue", "green"])
        #expect(state.outputs["names"]?.type == ["tuple", ["string", "string"]])
    }

    @Test func `half a state is never taken for a whole one`() throws {
        let whole = try Fixture(name: "failing-deposed").data("terraform.tfstate")
        // The last byte is a line feed.
        for length in 0..<whole.count - 2 {
            #expect(throws: Diagnostic.self) { try StateHeader.decode(whole.prefix(length)) }
        }
    }

    @Test(arguments: [
        ("", "The state file is not complete JSON"),
        (#"{"version":3,"serial":1,"lineage":"x"}"#, "The state file has format version `3`; version 4 can be read"),
        (#"{"version":4,"lineage":"x"}"#, "The state file cannot be read: it has no `serial`"),
        (#"{"version":4,"serial":1,"lineage":""}"#, "The state file cannot be read: it has no `lineage`"),
        (#"{"serial":1,"lineage":"x"}"#, "The state file cannot be read: it has no `version`"),
    ])
    func `what is no state is refused`(text: String, message: String) {
        #expect { try StateHeader.decode(Data(text.utf8)) } throws: { ($0 as? Diagnostic)?.message == message }
        #expect { try TerraformState.decode(Data(text.utf8)) } throws: { ($0 as? Diagnostic)?.message == message }
    }

    @Test func `a genesis state is empty and has the lineage`() throws {
        let lineage = "5f1f8f2c-93ab-4b8f-a2a0-3a2d5a4c1f00"
        let state = try TerraformState.decode(TerraformState.genesis(lineage: lineage, terraformVersion: "1.11.4"))
        #expect(state.isEmpty && state.serial == 0 && state.lineage == lineage && state.terraformVersion == "1.11.4")
    }

    @Test func `keys in addresses are written as Terraform writes them`() throws {
        let text = #"""
            {"version":4,"serial":1,"lineage":"x","resources":[{"mode":"managed","module":"module.a[\"b\"]","type":"t","name":"n",
            "instances":[{"index_key":"a\"b\\${c}\n$ {"},{"index_key":2},{}]},{"mode":"data","type":"t","name":"n","instances":[{}]}]}
            """#
        #expect(
            try TerraformState.decode(Data(text.utf8)).addresses == [
                #"module.a["b"].t.n["a\"b\\$${c}\n$ {"]"#, #"module.a["b"].t.n[2]"#, #"module.a["b"].t.n"#, "data.t.n",
            ])
    }
}
