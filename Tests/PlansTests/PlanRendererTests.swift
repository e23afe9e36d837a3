import Diagnostics
import Foundation
import Plans
import Secrets
import Testing

struct PlanRendererTests {
    @Test(arguments: Fixture.all)
    func `a recorded plan is drawn as before`(fixture: Fixture) throws {
        let lines = renderPlan(try fixture.plan().redacted(with: SecretValues()), mode: fixture.mode)
        try fixture.expectGolden(lines.map { $0.text + "\n" }.joined(), "plan.golden.txt")
    }

    /// Terraform's own text, object by object; without a schema an AWS resource cannot be the same to the letter.
    @Test(arguments: Fixture.all.filter { !$0.name.hasPrefix("aws") && $0.name != "hostile-create" })
    func `each object and output of the built-in provider looks as in Terraform`(fixture: Fixture) throws {
        let terraform = Self.sections(try fixture.text("terraform.txt"))
        let lines = renderPlan(try fixture.plan(), mode: fixture.mode)
        let ours = Self.sections(lines.map { $0.text + "\n" }.joined())
        // Terraform says it for typed attributes only; `terraform_data` has none.
        #expect(ours.map { $0.replacing(" # forces replacement", with: "") } == terraform)
    }

    /// The blocks of lines that begin with a comment about an object, and the lines of the outputs.
    private static func sections(_ text: String) -> [String] {
        var sections: [String] = []
        for part in text.components(separatedBy: "\n\n") {
            let part = part.trimmingCharacters(in: .newlines)
            if part.hasPrefix("  # ") || part.hasPrefix(" # ") || part.hasPrefix("Changes to Outputs:") {
                sections.append(part)
            }
        }
        return sections
    }
}
