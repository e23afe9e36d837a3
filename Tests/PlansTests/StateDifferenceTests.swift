import Foundation
import Plans
import Testing

struct StateDifferenceTests {
    private func difference(_ old: String, _ new: String) throws -> StateDifference {
        StateDifference(from: try state(old), to: try state(new))
    }

    private func state(_ resources: String) throws -> TerraformState {
        try TerraformState.decode(
            Data(#"{"version": 4, "serial": 1, "lineage": "x", "resources": [\#(resources)]}"#.utf8))
    }

    private func resource(_ instances: String, mode: String = "managed", provider: String = "p") -> String {
        #"{"mode": "\#(mode)", "type": "aws_vpc", "name": "main", "provider": "\#(provider)", "instances": [\#(instances)]}"#
    }

    private func expect(
        _ difference: StateDifference, added: [String] = [], removed: [String] = [], changed: [String] = [],
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(difference.added == added, sourceLocation: sourceLocation)
        #expect(difference.removed == removed, sourceLocation: sourceLocation)
        #expect(difference.changed == changed, sourceLocation: sourceLocation)
        #expect(difference.isEmpty == (added + removed + changed).isEmpty, sourceLocation: sourceLocation)
    }

    @Test func `objects are known, changed and forgotten by their addresses`() throws {
        let old = resource(
            #"""
            {"index_key": 0, "attributes": {"id": "a"}}, {"index_key": 1, "attributes": {"id": "b"}},
            {"index_key": 2, "attributes": {"id": "c"}}
            """#)
        let new = resource(
            #"""
            {"index_key": 0, "attributes": {"id": "a"}}, {"index_key": 1, "attributes": {"id": "b", "tag": 1}},
            {"index_key": 3, "attributes": {"id": "d"}}
            """#)
        expect(
            try difference(old, new), added: ["aws_vpc.main[3]"], removed: ["aws_vpc.main[2]"],
            changed: ["aws_vpc.main[1]"])
        expect(try difference(old, old))
    }

    @Test(arguments: [
        (#""tainted""#, "p"), ("null", "q"),
    ])
    func `another status or provider is a change`(status: String, provider: String) throws {
        let old = resource(#"{"attributes": {"id": "a"}}"#)
        let new = resource(#"{"status": \#(status), "attributes": {"id": "a"}}"#, provider: provider)
        expect(try difference(old, new), changed: ["aws_vpc.main"])
    }

    @Test(arguments: [#""b""#, "7", "null"])
    func `another id is another object: one is forgotten, one new`(id: String) throws {
        let (old, new) = (#"{"attributes": {"id": "a"}}"#, #"{"attributes": {"id": \#(id)}}"#)
        expect(try difference(resource(old), resource(new)), added: ["aws_vpc.main"], removed: ["aws_vpc.main"])
    }

    @Test(arguments: [#"{"id": null}"#, "{}"])
    func `an object that had no id has changed`(attributes: String) throws {
        let (old, new) = (#"{"attributes": \#(attributes)}"#, #"{"attributes": {"id": "a"}}"#)
        expect(try difference(resource(old), resource(new)), changed: ["aws_vpc.main"])
    }

    @Test func `a deposed object is one of its own`() throws {
        let current = #"{"attributes": {"id": "a"}}"#
        let deposed = #"{"deposed": "1234abcd", "attributes": {"id": "b"}}"#
        let both = resource(current + "," + deposed)
        expect(try difference(both, resource(current)), removed: ["aws_vpc.main (deposed 1234abcd)"])
        expect(try difference(resource(current), both), added: ["aws_vpc.main (deposed 1234abcd)"])
        expect(try difference(both, resource(deposed)), removed: ["aws_vpc.main"])
    }

    @Test func `what data sources have read is left out`() throws {
        let data = resource(#"{"attributes": {"id": "a"}}"#, mode: "data")
        expect(try difference(data, ""))
        expect(try difference("", data))
    }
}
