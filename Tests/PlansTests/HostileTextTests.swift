import Diagnostics
import Foundation
import Plans
import Testing

struct HostileTextTests {
    @Test(arguments: Fixture.all)
    func `no line of a plan holds a control or direction character`(fixture: Fixture) throws {
        for line in renderPlan(try fixture.plan(), mode: fixture.mode) {
            for scalar in line.text.unicodeScalars where scalar != "\t" {
                let category = scalar.properties.generalCategory
                #expect(category != .control && category != .format, "\(line.text)")
            }
        }
    }

    @Test func `a hostile diagnostic is made harmless`() throws {
        let line = #"""
            {"type":"diagnostic","@level":"error","@message":"x","diagnostic":{"severity":"error","summary":"\u001b[2Jgone\u202e",
            "detail":"a\u0007b\n\u001b]0;x\u0007","address":"a.b[\"\u001b\"]"}}
            """#.replacing("\n", with: " ")
        guard case .diagnostic(let diagnostic) = TerraformEvent.decode(line: line).payload else {
            Issue.record("no diagnostic")
            return
        }
        #expect(
            renderDiagnostic(diagnostic).map(\.text) == [
                #"error: \x1b[2Jgone\u202e"#, #"  with a.b["\x1b"]"#, "", #"  a\ab"#, #"  \x1b]0;x\a"#,
            ])
    }
}
