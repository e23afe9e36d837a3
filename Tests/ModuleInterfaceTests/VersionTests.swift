import Diagnostics
import Foundation
import ModuleInterface
import Testing

@Suite struct VersionTests {
    private static let place = SourceLocation(file: "main.tf", line: 1, column: 1)

    @Test(arguments: ["1.11.4", "1.6.0-beta1", "0.15.3", "1.0.0+build.5", "1.6.0-rc.1+x"])
    func `a version reads back as it is written`(text: String) {
        #expect(TerraformVersion(text)?.description == text)
    }

    @Test func `a leading v and missing parts are accepted`() {
        #expect(TerraformVersion("v1.5") == TerraformVersion(1, 5, 0))
    }

    @Test(arguments: ["", "1.", "1.2.3.4", "x", "1.2.x", "-1", "1.2.3-", "1.2.3-a..b", "1.2.3+ä", "1 .2", "٣"])
    func `what is no version is none`(text: String) {
        #expect(TerraformVersion(text) == nil)
    }

    @Test func `versions are ordered as semantic versions`() throws {
        let ordered = [
            "1.5.7", "1.6.0-alpha", "1.6.0-alpha.1", "1.6.0-beta.2", "1.6.0-beta.11", "1.6.0-rc1", "1.6.0",
            "1.10.0", "2.0.0",
        ]
        let versions = ordered.compactMap(TerraformVersion.init)
        #expect(versions.shuffled().sorted().map(\.description) == ordered)
        #expect(TerraformVersion("1.0.0+a") == TerraformVersion("1.0.0+b"))
    }

    @Test func `a version is one string in JSON`() throws {
        let data = try JSONEncoder().encode([TerraformVersion(1, 6, 0, prerelease: "beta1")])
        #expect(String(decoding: data, as: UTF8.self) == "[\"1.6.0-beta1\"]")
        #expect(try JSONDecoder().decode([TerraformVersion].self, from: data).first?.prerelease == "beta1")
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([TerraformVersion].self, from: Data("[\"x\"]".utf8))
        }
    }

    @Test(arguments: [
        ("1.11.4", "1.11.4", true), ("= 1.11", "1.11.0", true), ("1.11", "1.11.4", false),
        ("!= 1.11.4", "1.11.4", false), ("> 1.5", "1.5.0", false), ("> 1.5", "1.5.1", true),
        (">= 1.5, < 2.0", "1.11.4", true), (">= 1.5, < 2.0", "2.0.0", false), (">=1.5,<2", "1.5.0", true),
        ("<= 1.5", "1.5.1", false), ("~> 1.9", "1.11.4", true), ("~> 1.9", "2.0.0", false),
        ("~> 1.9", "1.8.5", false), ("~> 1.9.0", "1.9.8", true), ("~> 1.9.0", "1.10.0", false),
        ("~> 1.9.3", "1.9.2", false), ("~> 1", "2.1.0", true), ("~> v1.9", "1.9.0", true),
        (">= 1.6", "1.6.0-beta1", true), ("< 1.6", "1.6.0-beta1", false), ("~> 1.6.0", "1.6.0-rc1", true),
    ])
    func `a constraint allows what Terraform allows`(text: String, version: String, expected: Bool) throws {
        let constraint = try VersionConstraint(Located(text, at: Self.place))
        #expect(constraint.contains(try #require(TerraformVersion(version))) == expected)
    }

    @Test(arguments: ["", "1.x", ">= ", ">= 1.5,", "=> 1", "~ 1", "1.5 1.6", ">= 1.5 < 2"])
    func `what is no constraint is an error that shows the form`(text: String) {
        let error = #expect(throws: Diagnostic.self) { try VersionConstraint(Located(text, at: Self.place)) }
        #expect(error?.message == "`\(text)` is no version constraint")
        #expect(error?.location == Self.place)
    }

    @Test func `a pre-release in a constraint is refused as Terraform does`() {
        let error = #expect(throws: Diagnostic.self) {
            try VersionConstraint(Located(">= 1.6.0-beta1", at: Self.place))
        }
        #expect(error?.hint == "a pre-release counts as the version that it precedes: write `1.6.0`")
    }

    @Test func `a module says which Terraform it does not want`() throws {
        let interface = try module("terraform {\n  required_version = \">= 1.12\"\n}")
        #expect(
            interface.check(terraform: TerraformVersion(1, 11, 4)).map(\.description) == [
                "main.tf:2:22: error: the module wants Terraform `>= 1.12`, this is `1.11.4`"
            ])
        #expect(interface.check(terraform: TerraformVersion(1, 12, 0)).isEmpty)
    }
}
