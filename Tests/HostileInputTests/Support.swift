import Foundation
import JSON
import TestSupport
import Testing

/// What no output may hold as it is: it would move the cursor, hide text or turn its order round.
func rawControls(in text: String) -> [String] {
    text.unicodeScalars.filter { scalar in
        switch scalar.properties.generalCategory {
        case .control: scalar != "\n" && scalar != "\t"
        case .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }.map { "U+" + String($0.value, radix: 16, uppercase: true) }
}

extension TestProject {
    /// One resource and one output, of Terraform's built-in provider.
    func writeSmallStack(_ name: String = "dev") throws {
        try write(
            """
            resource "terraform_data" "only" {
              input = "here"
            }

            output "only" {
              value = terraform_data.only.output
            }
            """, to: "modules/app/main.tf")
        try writeStack(name)
    }

    /// Every file and folder of the project and beside it, but what the tests and `stack` themselves keep.
    var everything: Set<String> {
        let base = (root as NSString).deletingLastPathComponent
        let paths = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return Set(paths.filter { !$0.hasPrefix("scratch/commands/") && !$0.hasPrefix("fleet/.stack/") })
    }

    /// Whatever has gone wrong before, nothing holds the stack, and it can be brought to its end with the real Terraform.
    func expectApplicable(_ stack: String = "dev") async throws {
        #expect(try await self.stack("state", "locks", "-o", "json").json == [])
        let applied = try await self.stack("apply", stack, "--new", "--auto-approve")
        #expect(applied.exitCode == 0, "\(applied.description)")
        #expect(try await addresses(of: stack) == ["terraform_data.only"])
        let plan = try await self.stack("plan", stack, "--detailed-exitcode")
        #expect(plan.exitCode == 0, "\(plan.description)")
    }
}
