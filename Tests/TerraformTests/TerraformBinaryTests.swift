import Foundation
import ModuleInterface
import Terraform
import Testing

@Suite struct TerraformBinaryTests {
    @Test func `Terraform is told by what it says of being outdated`() throws {
        let output = """
            {
              "terraform_version": "1.11.4",
              "platform": "linux_amd64",
              "provider_selections": {},
              "terraform_outdated": true
            }
            """
        #expect(
            try TerraformBinary(versionOutput: Data(output.utf8))
                == TerraformBinary(
                    version: TerraformVersion(1, 11, 4), flavor: .terraform, platform: "linux_amd64"))
    }

    @Test func `OpenTofu says nothing of it`() throws {
        let output = #"{"terraform_version": "1.9.0-rc1", "platform": "linux_arm64", "provider_selections": {}}"#
        #expect(
            try TerraformBinary(versionOutput: Data(output.utf8))
                == TerraformBinary(
                    version: TerraformVersion(1, 9, 0, prerelease: "rc1"), flavor: .tofu, platform: "linux_arm64"))
    }

    @Test(arguments: ["", "Terraform v1.11.4", "{}", #"{"terraform_version": "new", "platform": "x"}"#])
    func `another output is an error`(output: String) {
        #expect(throws: DecodingError.self) { try TerraformBinary(versionOutput: Data(output.utf8)) }
    }
}
