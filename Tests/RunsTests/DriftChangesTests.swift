import JSON
import Records
import Runs
import Testing

struct DriftChangesTests {
    private let vpc: JSONValue = ["address": "aws_vpc.main", "action": "changed", "attributes": ["tags.Name"]]
    private let subnet: JSONValue = ["address": "aws_subnet.a", "action": "deleted", "attributes": []]

    private func found(_ result: DriftResult, _ detail: JSONValue? = nil, at time: String = "1") -> DriftCheck.Outcome {
        .recorded(
            DriftRow(
                stack: "id", name: "dev", result: result, checkedAt: time, since: time, run: time, detail: detail))
    }

    @Test func `what stays as it was is no change, whenever and by whichever run it was found`() {
        var changes = DriftChanges()
        #expect(changes.note(found(.inSync), of: "dev")?.text == "dev: in sync")
        #expect(changes.note(found(.inSync, at: "2"), of: "dev") == nil)
        #expect(changes.note(.neverApplied, of: "new")?.text == "new: never applied")
        #expect(changes.note(.neverApplied, of: "new") == nil)
    }

    @Test func `a change tells what it was and what it is now`() {
        var changes = DriftChanges()
        _ = changes.note(found(.inSync), of: "dev")
        let one: JSONValue = ["objects": [vpc]]
        #expect(
            changes.note(found(.drifted, one), of: "dev")?.text
                == "dev: in sync → drifted: aws_vpc.main (tags.Name)")
        #expect(changes.note(found(.drifted, one, at: "2"), of: "dev") == nil)
        #expect(
            changes.note(found(.drifted, ["objects": [vpc, subnet]]), of: "dev")?.text
                == "dev: drifted → drifted: aws_vpc.main (tags.Name), aws_subnet.a (deleted)")
        #expect(changes.note(found(.inSync), of: "dev")?.text == "dev: drifted → in sync")
    }

    @Test func `who stays unreachable for another reason has not changed`() {
        var changes = DriftChanges()
        #expect(
            changes.note(found(.unreachable, ["reason": "no route (1)"]), of: "dev")?.text
                == "dev: unreachable: no route (1)")
        #expect(changes.note(found(.unreachable, ["reason": "no route (2)"]), of: "dev") == nil)
        #expect(changes.note(found(.inSync), of: "dev")?.text == "dev: unreachable → in sync")
    }
}
